import { promisify } from 'node:util'
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib'
import kafkajs from 'kafkajs'

const { CompressionCodecs, CompressionTypes } = kafkajs

export const codecs = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  zstd: CompressionTypes.ZSTD
} as const

/** Of one compressed batch, opened. Ours hold 2 MiB at the most; a stranger's must not hold everything. */
const maxOutputLength = 67_108_864

type Open = (packed: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>

/**
 * How batches are packed and opened; kafkajs has no zstd, and opens gzip however
 * large it becomes. A batch that cannot be opened was not written by the bus:
 * its records are read as empty ones, which are set aside like anything a
 * stranger wrote, so that they do not stop the partition.
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

/** kafkajs hands the records of a batch on as the arguments of one call, which holds no more. */
const maxRecords = 100_000
/** Most bytes of one record here: its length, attributes, time, place, key, value, headers. */
const maxRecordBytes = 11

/**
 * As many records as the batch says it has, in the order of their offsets,
 * without key or value. The count stands in the four bytes before the packed
 * ones, of which kafkajs hands over a view.
 */
function emptyRecords(packed: Buffer): Buffer {
  const count = Buffer.from(packed.buffer, packed.byteOffset - 4, 4).readInt32BE()
  if (count > maxRecords) throw new RangeError(`a batch of ${count} records that cannot be opened`)
  const records = Buffer.alloc(count * maxRecordBytes)
  let at = 0
  for (let offset = 0; offset < count; offset += 1) {
    const place = zigzag(offset)
    at = records.writeUInt8((5 + place.length) * 2, at)
    at = records.writeUInt16BE(0, at) // No attributes, and the time of the first.
    at += place.copy(records, at)
    at = records.writeUIntBE(0x010100, at, 3) // No key, no value, no header.
  }
  return records
}

/** A number from 0 on, as Kafka writes numbers of any length. */
function zigzag(number: number): Buffer {
  const bytes: number[] = []
  let left = number * 2
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) | 128)
  return Buffer.from([...bytes, left])
}
