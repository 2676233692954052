import { authorizationsOf, mutateToken } from './mutate-token.ts'
import type { RawAnswer, RawRequest } from './raw-http.ts'
import type { Surface, Verdict } from './surface.ts'
import { goodRequests } from './token-makers.ts'
import { opens, ownerOf, signerOf } from './token-rules.ts'
import { startWorld, systemOf, type World } from './world.ts'

/**
 * Tokens on their way through a running gateway. Nothing forged is accepted
 * means: whatever the bus goes on with after its token was looked at was signed
 * by the key of the system it names, over exactly these bytes, with claims that
 * are honest and open this very request. What bears A's signature is one of the
 * tokens A made, byte for byte: A makes no others. The one exception: of an ECDSA
 * signature (r, s) everybody can compute the other one, (r, n − s). It says the
 * same, by the same key, and what it opens is a repeat; so of A's ECDSA tokens
 * only header and claims are compared, and that some signature of A's holds.
 */
export async function openTokens(): Promise<Surface> {
  const world = await startWorld()
  const seeds = goodRequests(world)
  const ofA = seeds
    .flatMap(authorizationsOf)
    .map((value) => value.slice('Bearer '.length))
    .filter((token) => ownerOf(token, world)?.letter === 'A')
  const refusals = [await refusalIn(world, 'vi'), await refusalIn(world, 'en')]

  const judge = (request: RawRequest, answer: RawAnswer): Verdict => {
    const code = codeOf(answer)
    const verdict = {
      code,
      novelty: `${request.method} ${code} ${detailOf(answer)
        .replace(/[^a-z ]+/gi, '#')
        .slice(0, 120)}`
    }
    if (answer.status >= 500)
      return { ...verdict, broken: { oracle: 'server-fault', why: `${answer.status} ${answer.body}` } }
    const why = forgery(request, answer)
    return why === undefined ? verdict : { ...verdict, broken: { oracle: 'forged', why } }
  }

  /** Why it is a forgery that the bus went on with this; undefined where it did not, or might. */
  const forgery = (request: RawRequest, answer: RawAnswer): string | undefined => {
    if (!wentOn(request, answer, refusals)) return undefined
    // Blanks around a header's value are no part of it (RFC 9110, 5.5).
    const values = authorizationsOf(request).map((value) => value.replace(/^[ \t]+|[ \t]+$/g, ''))
    const tokens = values.map((value) => /^Bearer ([^ ]+)$/i.exec(value)?.[1] ?? '')
    const isExplained = answer.status === 401 && codeOf(answer) === 'BUS_TOKEN_INVALID'
    const [owner, ...others] = tokens.map((token) => (isExplained ? signerOf : ownerOf)(token, world))
    if (!owner || others.length > 0) return `${codeOf(answer)} though nobody made this token`
    const [token = ''] = tokens
    if (owner.letter === 'A' && !ofA.includes(token) && !isTwin(token, ofA))
      return 'a token that A did not make'
    if (answer.status >= 300) return undefined
    if (!opens(owner.claims, request)) return `${answer.status} though the token opens something else`
    const source = /"source":"([^"]*)","id":"[^"]*","status":"(?:accepted|repeated)"/.exec(answer.body)?.[1]
    return source === undefined || source === systemOf(owner.letter) ? undefined : `an event of ${source}`
  }

  return {
    name: 'tokens',
    seeds,
    mutate: (parent, other, random) => mutateToken(parent as RawRequest, other as RawRequest, world, random),
    ask: (request) => world.client.send(request as RawRequest),
    judge: (request, answer) => judge(request as RawRequest, answer as RawAnswer),
    seededFaults: {
      fallen: () => ({ status: 500, body: '{"code":"BUS_INTERNAL"}' }),
      fooled: () => ({ status: 200, body: '{"results":[]}' })
    },
    close: world.close
  }
}

/** What every token that is not good is told. */
async function refusalIn({ client }: World, language: string): Promise<string> {
  const headers = [
    ['authorization', 'Bearer AAAA'],
    ['accept-language', language]
  ] as const
  return detailOf(await client.send({ method: 'GET', path: '/v1/inbox', headers, body: '' }))
}

/** Whether the bus looked at the token, and took it as good, whatever it refused afterwards. */
function wentOn({ method }: RawRequest, answer: RawAnswer, refusals: readonly string[]): boolean {
  const { status } = answer
  if (method === 'OPTIONS' && status === 204 && answer.body === '') return false // Whoever asks is told the methods.
  if (status >= 200 && status < 300) return true
  if (status === 401) return method !== 'HEAD' && !refusals.includes(detailOf(answer))
  return [403, 409, 422].includes(status)
}

/** Whether it is one of these but for its signature, by a key whose signatures have twins, and differ each time. */
function isTwin(token: string, genuine: readonly string[]): boolean {
  const [header = '', payload] = token.split('.')
  const isEcdsa = Buffer.from(header, 'base64url').includes('"ES256"')
  return isEcdsa && genuine.some((one) => one.startsWith(`${header}.${payload}.`))
}

export function codeOf({ status, body }: RawAnswer): string {
  if (status >= 200 && status < 300) return 'accepted'
  return /"code":"([A-Z_]+)"/.exec(body)?.[1] ?? `status ${status}`
}

export function detailOf({ body }: RawAnswer): string {
  return /"detail":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? ''
}
