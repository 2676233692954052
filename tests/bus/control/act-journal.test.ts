import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createActJournal } from '#bus/control/act-journal.ts'
import type { EventRecord } from '#protocol/events/record.ts'

it('acts that the log does not take are tried again some at a time, with one line for all, until it has them', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const counts: number[] = []
  const logger = { error: ({ acts }: { readonly acts: number }) => void counts.push(acts) } as never
  const stored: string[] = []
  let isAway = true
  let [underWay, most] = [0, 0]
  const append = async (records: readonly EventRecord[]): Promise<void> => {
    underWay += 1
    most = Math.max(most, underWay)
    await setImmediate()
    underWay -= 1
    if (isAway) throw new TypeError('away')
    stored.push(...records.map(({ id }) => id))
  }
  const journal = createActJournal({ log: { find: async () => [] }, append, logger })
  const acts = Array.from({ length: 1200 }, (_, index) => index + 1)
  for (const number of acts) {
    const body = JSON.stringify({ resource: '/agencies/000.00.01.H03' })
    journal.write({ number, body, token: 'x.x.x', recordedAt: '2026-11-28T00:00:00.000Z' })
  }
  const pass = async (): Promise<void> => {
    for (let round = 0; round < 20; round += 1) await setImmediate()
    most = 0
    t.mock.timers.tick(1000)
    for (let round = 0; round < 20; round += 1) await setImmediate()
  }
  await pass()
  assert.deepEqual([stored.length, counts, most], [0, [1200], 500])
  isAway = false
  await pass()
  assert.deepEqual(
    stored,
    acts.map((number) => `act-${number}`)
  )
  assert.deepEqual(counts, [1200, 1200])
  await pass()
  assert.equal(most, 0)
})
