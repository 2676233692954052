import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createAppendQueue, type RecordToAppend } from '#bus/publishing/append-queue.ts'

function queueOf() {
  return createAppendQueue({
    log: { append: async (records) => records.map(() => ({ outcome: 'appended' })) },
    signReceipts: async (leaves) => leaves.map((_leaf, index) => ({ token: 'x', index, path: [] }) as never)
  })
}

function recordOf(letter: string, bytes: number): RecordToAppend {
  const source = `/agencies/${letter}/systems/qlvb`
  return { source, id: letter, hash: '00', value: Buffer.alloc(bytes), headers: {} } as never
}

describe('an append queue', { timeout: 10_000 }, () => {
  for (const bytes of [819_199, 819_200, 900_000, 4_194_304, 16_777_216]) {
    it(`answers a record of ${bytes} bytes while other agencies append too, without another append`, async () => {
      const queue = queueOf()
      await queue.append([recordOf('A', 100)])
      const [outcome] = await queue.append([recordOf('B', bytes)])
      assert.equal(outcome?.outcome, 'appended')
    })
  }

  it('answers all of a submission whose last record is too heavy for one share', async () => {
    const queue = queueOf()
    await queue.append([recordOf('A', 100)])
    const records = [...Array.from({ length: 99 }, () => recordOf('B', 100)), recordOf('B', 900_000)]
    assert.equal((await queue.append(records)).length, 100)
  })
})
