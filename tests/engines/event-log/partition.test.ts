import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { murmur2, partitionOf } from '#engines/event-log/partition.ts'

/** Values of org.apache.kafka.common.utils.Utils.murmur2, as Kafka's own UtilsTest lists them. */
const known: Readonly<Record<string, number>> = {
  '21': -973932308,
  foobar: -790332482,
  'a-little-bit-long-string': -985981536,
  'a-little-bit-longer-string': -1486304829,
  lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
  abc: 479470107
}

describe('the partition of a key', () => {
  for (const [key, hash] of Object.entries(known)) {
    it(`is computed for ${key} as Java clients do`, () => {
      assert.equal(murmur2(Buffer.from(key)), hash)
      assert.equal(partitionOf(Buffer.from(key), 6), (hash & 0x7fffffff) % 6)
    })
  }

  it('lies within the partitions, for keys of every length', () => {
    for (let length = 0; length < 300; length += 1) {
      const partition = partitionOf(Buffer.alloc(length, 0xff), 6)
      assert.ok(Number.isInteger(partition) && partition >= 0 && partition < 6)
    }
  })
})
