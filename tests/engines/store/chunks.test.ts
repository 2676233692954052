import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { chunks, inChunks } from '#engines/store/chunks.ts'

it('all rows of a statement are returned, however many', async () => {
  const numbers = Array.from({ length: 24_576 }, (_unused, at) => at)
  const rows = await inChunks(numbers, async (some) => some.flatMap((number) => Array(10).fill(number)))
  assert.equal(rows.length, 10 * numbers.length)
})

describe('chunks', () => {
  it('are all of a list, in its order', () => {
    for (const length of [0, 1, 2, 63, 255, 256, 257, 500, 1023]) {
      const list = Array.from({ length }, (_unused, at) => at)
      assert.deepEqual([...chunks(list)].flat(), list)
    }
  })

  it('have so few lengths that a statement of each can be kept', () => {
    const lengths = new Set<number>()
    for (let length = 0; length <= 1000; length += 1) {
      for (const piece of chunks(Array.from({ length }))) lengths.add(piece.length)
    }
    const rests = Array.from({ length: 16 }, (_unused, at) => at + 1)
    assert.deepEqual(
      [...lengths].sort((one, other) => one - other),
      [...rests, 32, 64, 128, 256]
    )
  })
})
