import type { Random } from '../faults/random.ts'
import type { RecordInput } from './avro-records.ts'
import { mutateBytes, splice } from './mutate-bytes.ts'
import { mutateJson } from './mutate-json.ts'

/** Numbers as Avro writes them: huge and negative counts, lengths beyond the end, overlong and endless ones. */
const varints: readonly Uint8Array[] = [
  Buffer.of(0),
  Buffer.of(1),
  Buffer.of(2),
  Buffer.of(3),
  Buffer.of(0x80, 0x84, 0xaf, 0x5f),
  Buffer.of(0xff, 0x83, 0xaf, 0x5f),
  Buffer.of(0x80, 0x00),
  Buffer.of(0x82, 0x80, 0x00),
  Buffer.of(...Array<number>(9).fill(0xff), 1),
  Buffer.of(...Array<number>(10).fill(0x80), 0),
  Buffer.of(0xfe, 0xff, 0xff, 0xff, 0x0f),
  Buffer.of(0x80, 0x80, 0x80, 0x80, 0x10),
  Buffer.of(0xa0, 0x9c, 0x01),
  Buffer.of(0xa2, 0x9c, 0x01)
]

const framing = 5
/** No event of a body within its limit takes more. */
const maxBytes = 1_048_576

/** One change of a stored record: of its payload, or of a header. */
export function mutateRecord(parent: RecordInput, other: RecordInput, random: Random): RecordInput {
  const value = Buffer.from(parent.value, 'base64')
  const theirs = Buffer.from(other.value, 'base64')
  const withValue = (bytes: Uint8Array): RecordInput =>
    bytes.length > maxBytes ? parent : { ...parent, value: Buffer.from(bytes).toString('base64') }
  const at = random.integer(framing, Math.max(framing, value.length))
  switch (random.integer(0, 9)) {
    case 0:
    case 1:
      return withValue(splice(value, at, random.integer(0, 2), random.pick(varints)))
    case 2:
      return withValue(
        Buffer.concat([
          value.subarray(0, framing),
          mutateBytes(value.subarray(framing), theirs.subarray(framing), random)
        ])
      )
    case 3:
      return withValue(mutateBytes(value, theirs, random))
    case 4:
      return withValue(Buffer.concat([Buffer.of(0, 0, 0, 0, random.integer(0, 20)), value.subarray(framing)]))
    case 5: {
      const item = value.subarray(at, at + random.integer(1, 4))
      const times = random.pick([100, 9_999, 10_001, 100_000])
      return withValue(splice(value, at, 0, Buffer.concat(Array<Buffer>(times).fill(item))))
    }
    case 6:
      return withValue(
        Buffer.from(random.pick(['', 'AA==', 'AAAAAAE=', parent.value.slice(0, 12), other.value]), 'base64')
      )
    default:
      return { ...parent, headers: otherHeaders(parent.headers, other.headers, random) }
  }
}

type Headers = Readonly<Record<string, string>>

function otherHeaders(headers: Headers, theirs: Headers, random: Random): Headers {
  const name = random.pick(Object.keys(headers).length > 0 ? Object.keys(headers) : ['ce_id'])
  const value = headers[name] ?? ''
  switch (random.integer(0, 5)) {
    case 0:
      return Object.fromEntries(Object.entries(headers).filter(([known]) => known !== name))
    case 1:
      return { ...headers, [name]: theirs[name] ?? '' }
    case 2:
      return {
        ...headers,
        [name]: mutateBytes(Buffer.from(value), Buffer.from(theirs[name] ?? ''), random).toString()
      }
    case 3: {
      const proof = random.pick(['bus_receipt', 'bus_signature'])
      const changed = mutateJson(
        Buffer.from(headers[proof] ?? '{}'),
        Buffer.from(theirs[proof] ?? '{}'),
        random
      )
      return { ...headers, [proof]: changed.toString() }
    }
    case 4: {
      const odd = random.pick([
        'ce___proto__',
        'ce_constructor',
        'ce_data',
        'ce_',
        'ce_x',
        'bus_act',
        'bus_hosted',
        'bus_datacontenttype',
        'traceparent'
      ])
      return {
        ...headers,
        [odd]: random.pick(['', '0', '1', '-1', '999999999999999', '1e3', 'x', 'null', '{}', '\ud800'])
      }
    }
    default:
      return { ...theirs, ...(random.integer(0, 1) === 0 ? { bus_receipt: headers.bus_receipt ?? '' } : {}) }
  }
}
