import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import type { LookedUp } from '#connectors/connector.ts'
import type { DeliveryTables } from '#connectors/host/outbound/delivery-tables.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { openOutboundLab, operator } from '#tests/helpers/outbound-lab.ts'
import { describeOnEveryStore, type OpenStore } from '#tests/helpers/stores.ts'

/** How an attempt goes: what the outside does, and what the host learns. */
const goings = [
  'done',
  'done',
  'done',
  'later',
  'refused',
  'refused',
  'away',
  'reset',
  'done and reset',
  'crash',
  'done and crash'
] as const
type Going = (typeof goings)[number]

interface History {
  /** Subjects of the events, in order; each step is sent at once. */
  readonly steps: readonly (readonly ('a' | 'b' | 'c')[])[]
  /** How attempts go, in their order; after these all are done. */
  readonly goings: readonly Going[]
  /** Crashes at writes, counted from the last crash. */
  readonly writes: readonly number[]
  readonly repeatable: boolean
  readonly lookUp: 'none' | 'knows' | 'may not know'
}

const histories: fc.Arbitrary<History> = fc.record({
  steps: fc.array(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 3
  }),
  goings: fc.array(fc.constantFrom(...goings), { maxLength: 14 }),
  writes: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }),
  repeatable: fc.boolean(),
  lookUp: fc.constantFrom('none', 'knows', 'may not know')
})

const failures: Partial<Record<Going, () => Error>> = {
  later: () => new Error('HTTP 500'),
  refused: () => new BusError('BUS_PEER_REFUSED', 'internal'),
  away: () => Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
  reset: () => Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
  'done and reset': () => Object.assign(new Error('reset'), { code: 'ECONNRESET' })
}

/** Lives a history through to its end. Returns what was sent, and what was done outside, by subject. */
async function live(openStore: OpenStore, t: TestContext, history: History) {
  const done = new Map<string, string[]>([
    ['a', []],
    ['b', []],
    ['c', []]
  ])
  const plan = [...history.goings]
  const { promise: never } = Promise.withResolvers<never>()
  const isDone = (subject: string, hash: string) => done.get(subject)?.includes(hash) === true
  let asked = 0
  const lab = await openOutboundLab(openStore, t, {
    pace: { maxInFlight: 2 },
    outbound: {
      repeatable: history.repeatable,
      async deliver(_session, { hash, event: { subject } }) {
        const going = plan.shift() ?? 'done'
        if (going.startsWith('done')) done.get(subject)?.push(hash)
        const failure = failures[going]
        if (failure) throw failure()
        if (!going.endsWith('crash')) return undefined
        lab.crash()
        return never
      },
      ...(history.lookUp === 'none'
        ? {}
        : {
            async lookUp(_session, { hash, event: { subject } }): Promise<LookedUp> {
              asked += 1
              if (history.lookUp === 'may not know' && asked % 2 === 1) return 'unknown'
              return isDone(subject, hash) ? 'done' : 'not-done'
            }
          })
    }
  })
  const writes = [...history.writes]
  const armed = () => lab.crashAtWrite(writes.shift() ?? Number.POSITIVE_INFINITY)

  /** What an operator does: releases what is dead, and settles what is in doubt after a look at the outside. */
  const operate = async (rows: Awaited<ReturnType<typeof lab.rows>>): Promise<void> => {
    for (const row of rows) {
      const name = { connector: row.instance, event: row.hash }
      const as = isDone(row.subject, row.hash) ? 'done' : 'not-done'
      if (row.state === 'dead') await lab.acts.perform(operator, { act: 'release' }, [name])
      if (row.state !== 'in-doubt' || row.begunAt !== null) continue
      await lab.acts.perform(operator, { act: 'settle', as }, [name])
    }
  }

  let run = lab.run()
  armed()
  /** Restarts what crashed, and does what an operator does, until it has come so far. */
  const go = async (isSo: (rows: Awaited<ReturnType<typeof lab.rows>>) => boolean): Promise<void> => {
    const limit = performance.now() + 20_000
    let looked = 0
    for (let rows = await lab.rows(); !isSo(rows); rows = await lab.rows()) {
      assert.ok(performance.now() < limit, `it did not come to an end: ${JSON.stringify(rows)}`)
      if (run.hasCrashed()) {
        run.kill()
        run = lab.run()
        armed()
      }
      looked += 1
      if (looked % 8 === 0) await operate(rows) // Late, so that what goes wrong meanwhile can.
      await pause(2)
    }
  }

  const sent: { readonly subject: string; readonly hash: string }[] = []
  for (const step of history.steps) {
    sent.push(...(await lab.send(...step.map((subject) => ({ subject })))))
    await go((rows) => rows.length === sent.length)
  }
  await go((rows) => rows.every(({ state }) => state === 'delivered'))
  run.kill()
  const lines = await lab.store.reader<DeliveryTables>().selectFrom('deliveryLines').selectAll().execute()
  return { sent, done, lines }
}

describeOnEveryStore('whatever happens to the outside and to the host', (openStore) => {
  it('lines keep their order, nothing is lost, and nothing is done twice that may not be', async (t) => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const { sent, done, lines } = await live(openStore, t, history)
        for (const [subject, hashes] of done) {
          const wanted = sent.filter((event) => event.subject === subject).map(({ hash }) => hash)
          const first = hashes.filter((hash, index) => hashes.indexOf(hash) === index)
          assert.deepEqual(first, wanted, `line ${subject}: ${hashes}`)
          if (!history.repeatable) assert.deepEqual(hashes, wanted, `line ${subject} has doubles`)
          // A repeat comes before the next one of its line.
          assert.deepEqual(
            hashes.toSorted((a, b) => Number(a) - Number(b)),
            hashes
          )
        }
        assert.deepEqual(lines, [])
      }),
      { numRuns: 12, endOnFailure: true }
    )
  })
})
