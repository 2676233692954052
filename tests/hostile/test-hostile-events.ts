import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import type { BusEvent } from '#protocol/events/event.ts'
import { describeOnEngines } from '../helpers/engine-sets.ts'
import { quarantinedIn } from '../helpers/in-store.ts'
import { patiently } from '../helpers/patiently.ts'
import { sampleOf, scrape } from '../helpers/scrape.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { startTestBus, type TestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'
import { furtherAgencies, hostileEvents } from './hostile-events.ts'

export interface HostileRun {
  readonly seed: number
  readonly count: number
}

/** A broker or database of a busy machine may not answer in time once; what stops the projector for longer does not pass. */
const longestStopMs = 10_000
const lookMs = 500

async function addAgencies({ operator }: TestBus): Promise<void> {
  for (let at = 0; at < furtherAgencies.length; at += 50) {
    await Promise.all(
      furtherAgencies.slice(at, at + 50).map((code) =>
        operator.act('/v1/agencies', {
          act: 'agency.added',
          resource: `/agencies/${code}`,
          previous: null,
          name: code
        })
      )
    )
  }
}

/** Whether the bus has it. */
async function isArchived({ clients }: TestBus, { source, id }: BusEvent): Promise<boolean> {
  const query = new URLSearchParams({ source, id })
  return clients.A.get(`/v1/events?${query}`).then(
    () => true,
    ({ code }: { code: string }) => {
      assert.equal(code, 'BUS_NOT_FOUND')
      return false
    }
  )
}

/** How long the projector was stopped at most, as its metric says. */
function watchProjector(t: TestContext, { bus }: TestBus): { stop(): Promise<number> } {
  const ending = new AbortController()
  const watch = async (): Promise<number> => {
    let [longest, since] = [0, performance.now()]
    while (!ending.signal.aborted) {
      const samples = await scrape(bus.managementUrl).catch(() => []) // The bus may be stopping.
      const stopped = sampleOf(samples, 'lienthong_projector_stopped')
      if (stopped !== 1) since = performance.now()
      longest = Math.max(longest, performance.now() - since)
      await pause(lookMs)
    }
    return longest
  }
  const watching = watch()
  t.after(() => ending.abort())
  return {
    stop() {
      ending.abort()
      return watching
    }
  }
}

/** On every set of engines: each accepted event is in the archive and the inboxes, or in quarantine. */
export function testHostileEvents({ seed, count }: HostileRun): void {
  describeOnEngines('events at every limit', ({ settingsFor }) => {
    it(`never stop the projector: each that is accepted is in the inboxes or in quarantine (${count}, seed ${seed})`, async (t) => {
      const folder = temporaryFolder(t)
      const settings = await settingsFor(folder)
      const bus = await startTestBus(t, { folder, settings })
      await addAgencies(bus)
      const projector = watchProjector(t, bus)
      const accepted: BusEvent[] = []
      const refusals = new Map<string, number>()
      const sent = fc
        .sample(hostileEvents, { numRuns: count, seed })
        .filter((event) => Buffer.byteLength(JSON.stringify(event)) < 1_000_000)
      for (const event of sent) {
        const code = await bus.clients.A.publish(event).then(
          ([result]) => result?.problem?.code,
          (error: { code: string }) => error.code
        )
        if (code === undefined) accepted.push(event)
        else refusals.set(code, (refusals.get(code) ?? 0) + 1)
      }
      t.diagnostic(`accepted ${accepted.length} of ${sent.length}; refused ${JSON.stringify([...refusals])}`)
      assert.ok(accepted.length > 0.6 * sent.length, 'most of them are accepted')
      const marker = bus.document()
      await patiently(() => bus.clients.A.publish(marker))
      const mayHaveEnded = ({ expirytime, type }: BusEvent): boolean =>
        expirytime !== undefined || type !== 'dossier.received.v1'
      const quarantined = async (): Promise<ReadonlySet<string>> =>
        new Set((await quarantinedIn(folder, settings)).map(({ id }) => String(id)))
      // What was published before the marker may be read after it: the log has several parts.
      const due = new Set([marker, ...accepted.filter((event) => !mayHaveEnded(event))].map(({ id }) => id))
      const limit = AbortSignal.timeout(300_000)
      try {
        for await (const { event } of bus.clients.B.follow({}, limit)) {
          due.delete(event.id)
          if (due.size === 0) break
        }
      } catch (error) {
        if (!limit.aborted) throw error
      }
      let held = await quarantined()
      assert.deepEqual(
        [...due].filter((id) => !held.has(id)),
        [],
        'is in the inbox of B'
      )
      const isInOne = async (event: BusEvent): Promise<boolean> => {
        if (await isArchived(bus, event)) return !held.has(event.id)
        held = await quarantined()
        return held.has(event.id)
      }
      for (const event of accepted) await until(() => isInOne(event), 120_000)
      t.diagnostic(`in quarantine: ${held.size}`)
      const stoppedMs = await projector.stop()
      assert.ok(stoppedMs < longestStopMs, `the projector was stopped for ${Math.round(stoppedMs)} ms`)
      const ready = await fetch(`${bus.bus.managementUrl}/readyz`)
      assert.equal(ready.status, 200)
      const metrics = await (await fetch(`${bus.bus.managementUrl}/metrics`)).text()
      assert.match(metrics, /lienthong_projector_stopped 0/)
    })
  })
}
