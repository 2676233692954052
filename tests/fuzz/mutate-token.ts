import { createHmac } from 'node:crypto'
import type { Random } from '../faults/random.ts'
import type { DerivedKey } from './derived-keys.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { mutateJson } from './mutate-json.ts'
import type { RawRequest } from './raw-http.ts'
import { claimsOf, headerOf, signByHand } from './token-makers.ts'
import type { World } from './world.ts'

/** One change of a request's token, or of what it is sent with. */
export function mutateToken(parent: RawRequest, other: RawRequest, world: World, random: Random): RawRequest {
  const changed = change(parent, other, world, random)
  return JSON.stringify(changed).length > maxLength ? parent : changed
}

/** Four times what the gateway reads of a request's headers. */
const maxLength = 65_536

function change(parent: RawRequest, other: RawRequest, world: World, random: Random): RawRequest {
  const [authorization = ''] = authorizationsOf(parent)
  const token = authorization.replace(/^\S* */, '')
  const theirs = (authorizationsOf(other)[0] ?? '').replace(/^\S* */, '')
  const put = (text: string): RawRequest => withAuthorization(parent, `Bearer ${text}`)
  switch (random.integer(0, 9)) {
    case 0:
      return put(
        mutateBytes(Buffer.from(token, 'latin1'), Buffer.from(theirs, 'latin1'), random).toString('latin1')
      )
    case 1:
      return put(reencoded(token, theirs, random))
    case 2:
      return put(mixed(token, theirs, random))
    case 3:
    case 4:
    case 5:
      return put(signedByAnAttacker(token, theirs, world, random))
    case 6:
      return put(resigned(token, world, random))
    case 7:
      return { ...other, headers: parent.headers } // Used for something else.
    case 8:
      return withAuthorization(parent, oddlyCarried(authorization, random))
    default:
      return elsewhere(parent, other, random)
  }
}

export function authorizationsOf({ headers }: RawRequest): readonly string[] {
  return headers
    .flatMap(linesOf)
    .flatMap(([name, value]) => (name.toLowerCase() === 'authorization' ? [value] : []))
}

/** A value with line breaks in it is more headers than one, once it is on the wire. */
function linesOf([name, value]: readonly [string, string]): readonly (readonly [string, string])[] {
  const [first = '', ...rest] = value.split('\r\n')
  return [
    [name, first],
    ...rest.map((line) => [line.split(':')[0] ?? '', line.split(':').slice(1).join(':')] as const)
  ]
}

function withAuthorization(request: RawRequest, value: string): RawRequest {
  return {
    ...request,
    headers: request.headers.map(([name, old]) => [name, name === 'authorization' ? value : old])
  }
}

function decoded(part: string | undefined): Buffer {
  return Buffer.from(part ?? '', 'base64url')
}

/** Header or claims are changed under the old signature. */
function reencoded(token: string, theirs: string, random: Random): string {
  const parts = token.split('.')
  const index = random.integer(0, Math.max(0, Math.min(1, parts.length - 1)))
  const changed = mutateJson(decoded(parts[index]), decoded(theirs.split('.')[index]), random)
  return parts.with(index, changed.toString('base64url')).join('.')
}

/** Parts of two tokens, and other ways to write the same bytes. */
function mixed(token: string, theirs: string, random: Random): string {
  const parts = token.split('.')
  const others = theirs.split('.')
  const index = random.integer(0, parts.length - 1)
  const part = parts[index] ?? ''
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const spare = part.slice(0, -1) + (alphabet[alphabet.indexOf(part.slice(-1)) ^ random.integer(1, 3)] ?? '')
  const inPart = random.pick([
    others[index] ?? '',
    spare,
    `${part}=`,
    `${part}==`,
    part.replaceAll('-', '+').replaceAll('_', '/'),
    `${part.slice(0, 3)} ${part.slice(3)}`,
    `${part}%3D`,
    part.toUpperCase(),
    `${part}A`,
    decoded(part).toString('latin1'),
    ''
  ])
  return random.pick([
    parts.with(index, inPart).join('.'),
    parts.with(index, inPart).join('.'),
    `${token}.${others[0] ?? ''}`,
    parts.slice(1).join('.'),
    JSON.stringify({ protected: parts[0], payload: parts[1], signature: parts[2] })
  ])
}

/** A registered system signs claims as it likes, with its own good key. */
function signedByAnAttacker(token: string, theirs: string, { keys }: World, random: Random): string {
  const key = random.pick([keys.B, keys.B2])
  const parts = token.split('.')
  const mine = Buffer.from(JSON.stringify(claimsOf('B')))
  const claims = random.integer(0, 2) === 0 ? mine : decoded(parts[1])
  const changed =
    random.integer(0, 5) === 0 ? claims : mutateJson(claims, decoded(theirs.split('.')[1]), random)
  const honest = Buffer.from(JSON.stringify(headerOf(key)))
  const header = random.integer(0, 2) > 0 ? honest : mutateJson(honest, decoded(parts[0]), random)
  return signByHand(header, changed, key)
}

const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const edwardsOrder = 2n ** 252n + 27742317777372353535851937790883648493n

/** The same header and claims under another signature: twins, zeros, borders, secrets that are public. */
function resigned(token: string, { keys }: World, random: Random): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const bytes = decoded(signature)
  const input = `${header}.${payload}`
  const r = bytes.subarray(0, 32)
  const s = bytes.subarray(32, 64)
  const big = BigInt(`0x${s.toString('hex') || '0'}`)
  const low = BigInt(`0x${Buffer.from(s).reverse().toString('hex') || '0'}`)
  const number = (value: bigint): Buffer =>
    Buffer.from(BigInt.asUintN(256, value).toString(16).padStart(64, '0'), 'hex')
  const publicKey = random.pick<DerivedKey>([keys.A, keys.A2])
  const secrets = [
    JSON.stringify(publicKey.jwk.x),
    publicKey.publicKey.export({ format: 'pem', type: 'spki' }),
    '',
    'secret'
  ]
  const hmac = Buffer.from(JSON.stringify({ ...headerOf(publicKey), alg: 'HS256' })).toString('base64url')
  const forged = random.pick<Buffer | undefined>([
    Buffer.concat([r, number(p256Order - big)]),
    Buffer.concat([r, number(big + p256Order)]),
    Buffer.concat([r, number(low + edwardsOrder).reverse()]),
    Buffer.concat([number(0n), s]),
    Buffer.concat([r, number(0n)]),
    Buffer.concat([number(p256Order), s]),
    Buffer.concat([Buffer.of(1), Buffer.alloc(63)]),
    Buffer.alloc(64),
    Buffer.concat([Buffer.of(0x30, 0x44, 2, 32), r, Buffer.of(2, 32), s]),
    bytes.subarray(0, 63),
    undefined
  ])
  if (forged) return `${input}.${forged.toString('base64url')}`
  const under = `${hmac}.${payload}`
  return `${under}.${createHmac('sha256', random.pick(secrets)).update(under).digest('base64url')}`
}

function oddlyCarried(authorization: string, random: Random): string {
  const at = random.integer(0, authorization.length)
  const token = authorization.replace(/^Bearer /, '')
  return random.pick([
    ...['bearer', 'BEARER', 'Basic', 'DPoP', 'Bearer:', ''].map((scheme) => `${scheme} ${token}`),
    `Bearer  ${token}`,
    `Bearer\t${token}`,
    `Bearer ${token}, Bearer ${token}`,
    `Bearer "${token}"`,
    `Bearer ${token}\r\nAuthorization: Bearer AAAA`,
    `Bearer ${token}\r\n ${token}`,
    `${authorization.slice(0, at)}${random.pick(['\u0000', '\r', '\n', '\u00e9', '\u00ff', '\u007f'])}${authorization.slice(at)}`,
    `Bearer ${token.padEnd(random.pick([8192, 8193, 15_000, 17_000]), 'A')}`,
    'Bearer '.repeat(random.integer(1, 2000))
  ])
}

/** The token stays; method, address, body or another header change. */
function elsewhere(parent: RawRequest, other: RawRequest, random: Random): RawRequest {
  const body = Buffer.from(parent.body, 'base64')
  const theirs = Buffer.from(other.body, 'base64')
  switch (random.integer(0, 4)) {
    case 0:
      return { ...parent, body: mutateJson(body, theirs, random).toString('base64') }
    case 1:
      return { ...parent, method: random.pick(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS']) }
    case 2:
      return {
        ...parent,
        path: random.pick([
          `${parent.path}/`,
          `${parent.path}?x=1`,
          '//v1/inbox',
          '/v1/%69nbox',
          '/v1/systems',
          '/v1/inbox?limit=1#x',
          '/V1/INBOX',
          '/v1/inbox/../systems'
        ])
      }
    case 3:
      return { ...parent, headers: [...parent.headers, ...other.headers.slice(0, 1)] }
    default:
      return {
        ...parent,
        headers: [
          ...parent.headers,
          random.pick([
            ['x-original-url', '/v1/systems'],
            ['x-http-method-override', 'POST'],
            ['host', 'evil.example'],
            ['content-type', 'text/plain'],
            ['content-encoding', 'gzip'],
            ['transfer-encoding', 'chunked'],
            ['expect', '100-continue'],
            ['accept-language', 'en;q=9, *']
          ] as const)
        ]
      }
  }
}
