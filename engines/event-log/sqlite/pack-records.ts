import type { NewRecord } from '../event-log.ts'
import { writeHeaders } from './headers.ts'

/** Records sent to the writer thread. All bytes are in one buffer, which is transferred and not copied. */
export interface PackedRecords {
  readonly bytes: ArrayBuffer
  /** Tokens of receipts and signatures, each once: the records of one batch share theirs. */
  readonly tokens: readonly string[]
  readonly records: readonly PackedRecord[]
}

/** A record's texts, and the ends of its key, value and receipt path in the buffer, where they follow each other. */
interface PackedRecord extends Omit<RecordRow, 'key' | 'value' | 'path' | 'token' | 'signature'> {
  /** Index into the tokens. */
  readonly token: number
  readonly signature: number | undefined
  readonly keyEnd: number
  readonly valueEnd: number
  readonly pathEnd: number
}

/** A record as stored in its rows. */
export interface RecordRow extends Omit<NewRecord, 'headers' | 'receipt'> {
  /** JSON, as `headers.ts` writes it. */
  readonly headers: string
  /** Token of the receipt. */
  readonly token: string
  readonly leaf: number
  readonly size: number
  /** Nodes of 32 bytes each. */
  readonly path: Uint8Array
  /** Token of the signature; undefined if the headers have none. */
  readonly signature: string | undefined
}

const nodeBytes = 32

export function packRecords(records: readonly NewRecord[]): PackedRecords {
  let length = 0
  for (const { key, value, receipt } of records) {
    length += key.length + value.length + receipt.path.length * nodeBytes
  }
  const bytes = Buffer.from(new ArrayBuffer(length))
  const tokens = new Map<string, number>()
  const indexOf = (token: string): number => {
    const index = tokens.get(token) ?? tokens.size
    tokens.set(token, index)
    return index
  }
  let at = 0
  const packed = records.map((record): PackedRecord => {
    const { topic, key, value, source, id, hash, recordedTime, receipt } = record
    const { headers, signature } = writeHeaders(record)
    bytes.set(key, at)
    const keyEnd = at + key.length
    bytes.set(value, keyEnd)
    const valueEnd = keyEnd + value.length
    at = valueEnd
    for (const node of receipt.path) at += writeNode(bytes, node, at)
    return {
      topic,
      headers,
      source,
      id,
      hash,
      recordedTime,
      token: indexOf(receipt.token),
      signature: signature === undefined ? undefined : indexOf(signature),
      leaf: receipt.index,
      size: receipt.size,
      keyEnd,
      valueEnd,
      pathEnd: at
    }
  })
  return { bytes: bytes.buffer, tokens: [...tokens.keys()], records: packed }
}

export function unpackRecords({ bytes, tokens, records }: PackedRecords): readonly RecordRow[] {
  const all = new Uint8Array(bytes)
  let at = 0
  return records.map(({ token, signature, keyEnd, valueEnd, pathEnd, ...texts }) => {
    const key = all.subarray(at, keyEnd)
    at = pathEnd
    return {
      ...texts,
      token: tokens[token] ?? '',
      signature: signature === undefined ? undefined : tokens[signature],
      key,
      value: all.subarray(keyEnd, valueEnd),
      path: all.subarray(valueEnd, pathEnd)
    }
  })
}

/** A receipt path's nodes, from the blob that holds them. */
export function unpackPath(blob: Uint8Array): readonly string[] {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.length)
  const path: string[] = []
  for (let at = 0; at < bytes.length; at += nodeBytes) {
    path.push(bytes.toString('base64url', at, at + nodeBytes))
  }
  return path
}

function writeNode(bytes: Buffer, node: string, at: number): number {
  const written = bytes.write(node, at, 'base64url')
  if (written !== nodeBytes) throw new TypeError('a node of a receipt path has 32 bytes')
  return written
}
