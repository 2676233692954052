import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Batch, projectBatch } from '#consumers/projector/project-batch.ts'
import type { LogRecord } from '#engines/event-log/event-log.ts'
import { BusError } from '#protocol/errors/bus-error.ts'

const refusal = Object.assign(new Error('refused'), { isRefusal: true })
const refuses = (error: unknown): boolean => error instanceof Error && 'isRefusal' in error

function batchOf(length: number): Batch {
  const records = Array.from({ length }, (_unused, at) => ({ position: 10 + at }) as LogRecord)
  return {
    records,
    events: records.map((record) => ({ record, grants: [] }) as never),
    quarantined: [],
    after: 9
  }
}

/** Takes batches as a store does, position and all, and refuses what holds a bad record. */
function store(isBad: (position: number) => unknown) {
  const taken: number[] = []
  const quarantined: number[] = []
  let position = 9
  let tries = 0
  return {
    taken,
    quarantined,
    tries: () => tries,
    async take({ records, events, quarantined: aside, after }: Batch): Promise<void> {
      tries += 1
      assert.equal(after, position, 'each part begins where the one before it ended')
      for (const { record } of events) {
        const error = isBad(record.position)
        if (error) throw error
      }
      position = records.at(-1)?.position ?? position
      taken.push(...events.map(({ record }) => record.position))
      quarantined.push(...aside.map(({ record }) => record.position))
    }
  }
}

describe('a batch that is projected', () => {
  it('leaves out exactly the records that the store refuses, and takes the others once, in order', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 200 }),
      fc.uniqueArray(fc.integer({ min: 10, max: 209 }), { maxLength: 12 }),
      async (length, bad) => {
        const { take, taken, quarantined, tries } = store((position) => bad.includes(position) && refusal)
        const batch = batchOf(length)
        await projectBatch(batch, { project: take, refuses })
        const positions = batch.records.map(({ position }) => position)
        const isBad = (position: number): boolean => bad.includes(position)
        assert.deepEqual(
          taken,
          positions.filter((position) => !isBad(position))
        )
        assert.deepEqual(quarantined, positions.filter(isBad))
        assert.ok(tries() <= 1 + bad.length * (2 * Math.ceil(Math.log2(length + 1)) + 2))
      }
    )
    await fc.assert(property, { numRuns: 300 })
  })

  it('rejects with what is not about a record, and quarantines nothing', async () => {
    const errors = [
      new BusError('BUS_STORE_UNAVAILABLE', 'store-failed'),
      new Error('no such table'),
      new TypeError('a programming error'),
      new RangeError('another')
    ]
    for (const error of errors) {
      const { take, taken, quarantined } = store((position) => position === 15 && error)
      await assert.rejects(projectBatch(batchOf(20), { project: take, refuses }), error)
      assert.deepEqual([taken, quarantined], [[], []])
    }
  })

  it('keeps what was taken where the store goes away in the middle', async () => {
    let isAway = false
    const { take, taken } = store((position) => {
      if (position === 12) return refusal
      return isAway && new BusError('BUS_STORE_UNAVAILABLE', 'store-failed')
    })
    const taking = projectBatch(batchOf(8), {
      refuses,
      async project(batch) {
        await take(batch)
        isAway = true
      }
    })
    await assert.rejects(taking, { code: 'BUS_STORE_UNAVAILABLE' })
    assert.deepEqual(taken, [10, 11])
  })

  it('quarantines no record that fails but once', async () => {
    let failures = 0
    const { take, quarantined, taken } = store((position) => position === 10 && failures++ === 0 && refusal)
    await projectBatch(batchOf(1), { project: take, refuses })
    assert.deepEqual([taken, quarantined], [[10], []])
  })
})
