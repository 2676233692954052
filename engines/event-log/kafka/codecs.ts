import { promisify } from 'node:util'
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib'
import kafkajs from 'kafkajs'

const { CompressionCodecs, CompressionTypes } = kafkajs

export const codecs = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  zstd: CompressionTypes.ZSTD
} as const

/**
 * Largest decompressed size of a batch. Ours have at most 2 MiB; a batch written by a stranger must not
 * exhaust memory.
 */
const maxOutputLength = 67_108_864

type Open = (packed: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>

/**
 * Compresses and decompresses batches: kafkajs has no zstd, and decompresses gzip without a limit. A batch
 * that cannot be decompressed was not written by the bus. Its records are read as empty ones, which the
 * projector quarantines, so that they do not stop the partition.
 */
function codecOf(pack: (buffer: Buffer) => Promise<Buffer>, open: Open) {
  return () => ({
    compress: ({ buffer }: { readonly buffer: Buffer }) => pack(buffer),
    decompress: (packed: Buffer) => open(packed, { maxOutputLength }).catch(() => emptyRecords(packed))
  })
}

const cannot = async (): Promise<never> => {
  throw new TypeError('nothing is packed so')
}

CompressionCodecs[CompressionTypes.GZIP] = codecOf(promisify(gzip), promisify(gunzip))
CompressionCodecs[CompressionTypes.ZSTD] = codecOf(promisify(zstdCompress), promisify(zstdDecompress))
CompressionCodecs[CompressionTypes.Snappy] = codecOf(cannot, cannot)
CompressionCodecs[CompressionTypes.LZ4] = codecOf(cannot, cannot)

/** kafkajs passes the records of a batch as the arguments of one call, which cannot have more. */
const maxRecords = 100_000
/** Most bytes of one empty record: length, attributes, time, offset, key, value, headers. */
const maxRecordBytes = 11

/**
 * As many empty records as the batch contains, in the order of their offsets. Their number is in the four
 * bytes before the compressed ones; kafkajs passes a view of the whole buffer.
 */
function emptyRecords(packed: Buffer): Buffer {
  const count = Buffer.from(packed.buffer, packed.byteOffset - 4, 4).readInt32BE()
  if (count > maxRecords) throw new RangeError(`a batch of ${count} records that cannot be opened`)
  const records = Buffer.alloc(count * maxRecordBytes)
  let at = 0
  for (let offset = 0; offset < count; offset += 1) {
    const place = zigzag(offset)
    at = records.writeUInt8((5 + place.length) * 2, at)
    at = records.writeUInt16BE(0, at) // No attributes; the time of the first record.
    at += place.copy(records, at)
    at = records.writeUIntBE(0x010100, at, 3) // No key, no value, no header.
  }
  return records
}

/** A number ≥ 0 in Kafka's variable-length encoding. */
function zigzag(number: number): Buffer {
  const bytes: number[] = []
  let left = number * 2
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) | 128)
  return Buffer.from([...bytes, left])
}
