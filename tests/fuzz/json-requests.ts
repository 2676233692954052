import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../faults/random.ts'
import { repository } from '../helpers/demo-bus.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { mutateJson } from './mutate-json.ts'
import type { RawRequest } from './raw-http.ts'
import { readStrictly } from './strict-reading.ts'
import { documentOf, request, submissionToken } from './token-makers.ts'
import { codes, type World } from './world.ts'

type Members = Readonly<Record<string, unknown>>

/** The values a request sends, by a reading of our own; undefined where it is not strict, or no mode of the binding. */
export function valuesIn({ headers, body }: RawRequest): readonly unknown[] | undefined {
  const value = readStrictly(Buffer.from(body, 'base64'))
  const types = headers.flatMap(([name, type]) => (name.toLowerCase() === 'content-type' ? [type] : []))
  const [type = ''] = types
  if (value === undefined || types.length !== 1) return undefined
  switch (type.split(';')[0]?.trim().toLowerCase()) {
    case 'application/cloudevents+json':
      return [value]
    case 'application/cloudevents-batch+json':
      return Array.isArray(value) && value.length > 0 ? value : undefined
    case 'application/json': {
      const attributes = headers.flatMap(([name, text]) => {
        const [, attribute] = /^ce-(.*)$/.exec(name.toLowerCase()) ?? []
        const known = attribute === undefined ? undefined : percentDecoded(text.trim())
        return attribute === undefined ? [] : [[attribute, known]]
      })
      const event: Members = Object.fromEntries([...attributes, ['data', value]])
      return [{ datacontenttype: type.split(';')[0]?.trim(), ...event }]
    }
    default:
      return undefined
  }
}

/** The CloudEvents binding: quotes undone, then percent-encoded UTF-8. */
function percentDecoded(text: string): string | undefined {
  const bare =
    text.length > 1 && text.startsWith('"') && text.endsWith('"')
      ? text.slice(1, -1).replace(/\\(.)/g, '$1')
      : text
  try {
    return /^[\x20-\x7e]*$/.test(bare) ? decodeURIComponent(bare) : undefined
  } catch {
    return undefined
  }
}

/** A request with a token that A made for just these values; where nobody can read them, for what was sent before. */
export function signedAnew(unsigned: RawRequest, { keys }: World): RawRequest {
  const values = valuesIn(unsigned)
  if (!values) return unsigned
  const token = submissionToken('A', keys.A, values)
  return {
    ...unsigned,
    headers: unsigned.headers.map(([name, value]) => [
      name,
      name === 'authorization' ? `Bearer ${token}` : value
    ])
  }
}

/** Requests in every mode, of every type A may publish. */
export function goodPublications(world: World): readonly RawRequest[] {
  const example = (name: string): Members =>
    JSON.parse(readFileSync(join(repository, 'schemas', `${name}.v1.example.json`), 'utf8'))
  const dossier = (id: string): Members => {
    const { recipients: _none, ...event } = documentOf('A', id)
    const data = { ...example('dossier/received'), dossierCode: 'H03-1' }
    return { ...event, type: 'dossier.received.v1', subject: 'H03-1', data }
  }
  const status = {
    ...documentOf('A', 'json-status'),
    type: 'document.status-changed.v1',
    data: { ...example('document/status-changed'), from: { organId: codes.A, organName: 'Sở mẫu' } }
  }
  const extended = {
    ...documentOf('A', 'json-extended'),
    correlationid: 'một luồng',
    traceparent: `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`,
    expirytime: '2027-01-01T00:00:00Z',
    '10': 'mười',
    '9': 'chín'
  }
  const structured = [documentOf('A', 'json-document'), dossier('json-dossier'), status, extended].map(
    (event) => post(event, 'application/cloudevents+json')
  )
  const batches = [
    [documentOf('A', 'json-1'), dossier('json-2')],
    [documentOf('A', 'json-3'), documentOf('A', 'json-4'), status]
  ].map((events) => post(events, 'application/cloudevents-batch+json'))
  const { data, ...attributes } = { ...extended, id: 'json-binary' } as Members
  const body = post(data, 'application/json')
  const names = Object.entries(attributes).map(
    ([name, value]) => [`ce-${name}`, encodeURIComponent(String(value))] as const
  )
  const binary = { ...body, headers: [...body.headers, ...names] }
  return [...structured, ...batches, binary].map((one) => signedAnew(one, world))
}

function post(value: unknown, type: string): RawRequest {
  return request('POST', '/v1/events', 'AAAA', Buffer.from(JSON.stringify(value)), type)
}

/** In base64, a little beyond the gateway's limit. */
const maxBody = 1_500_000

/** One change of what is sent, signed again where it can be, so that what stands behind the signature is reached. */
export function mutatePublication(
  parent: RawRequest,
  other: RawRequest,
  world: World,
  random: Random
): RawRequest {
  const body = Buffer.from(parent.body, 'base64')
  const kind = random.integer(0, 9)
  const changed =
    kind === 0
      ? withOtherHeader(parent, other, random)
      : { ...parent, body: mutateJson(body, Buffer.from(other.body, 'base64'), random).toString('base64') }
  if (changed.body.length > maxBody) return parent
  const fresh = random.integer(0, 3) > 0 ? withFreshIds(changed, random) : changed
  return random.integer(0, 15) === 0 ? fresh : signedAnew(fresh, world)
}

/** Other ids, so that an event is not refused for one that is spent. The text is changed, not read: it may be broken. */
function withFreshIds(request: RawRequest, random: Random): RawRequest {
  const id = (): string => `json-${random.integer(0, 2 ** 31)}`
  const text = Buffer.from(request.body, 'base64')
    .toString('latin1')
    .replace(/"id":"json-[^"]*"/g, () => `"id":"${id()}"`)
  const headers = request.headers.map(([name, value]) => [name, name === 'ce-id' ? id() : value] as const)
  return { ...request, headers, body: Buffer.from(text, 'latin1').toString('base64') }
}

const types = [
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'application/json',
  'application/json; charset=utf-8',
  'application/cloudevents+json;charset=utf-16',
  'APPLICATION/JSON',
  'application/ json',
  'text/json',
  'application/json, text/plain',
  ''
]

function withOtherHeader(parent: RawRequest, other: RawRequest, random: Random): RawRequest {
  const at = random.integer(0, parent.headers.length - 1)
  const [name = '', value = ''] = parent.headers[at] ?? []
  const bent = mutateBytes(Buffer.from(value, 'latin1'), Buffer.from(value, 'latin1'), random).toString(
    'latin1'
  )
  const others = other.headers.filter(([theirs]) => theirs.startsWith('ce-'))
  const put = random.pick<readonly [string, string]>([
    [name, bent],
    ['content-type', random.pick(types)],
    ['ce-id', random.pick(['%', '%zz', '%c3%28', '"a', '"a\\"b"', '%00', 'a b', '%E1%BB%AF', ''])],
    [
      `ce-${random.pick(['__proto__', 'constructor', 'data', 'x', 'A', 'datacontenttype', 'toString', 'b-c', 'é'])}`,
      random.pick(['x', value])
    ],
    others.length > 0 ? random.pick(others) : ['ce-type', 'document.issued.v1'],
    ['content-encoding', 'gzip'],
    ['traceparent', value]
  ])
  const headers =
    random.integer(0, 4) === 0
      ? [...parent.headers, put]
      : [...parent.headers.filter(([known]) => known !== put[0]), put]
  return { ...parent, headers }
}
