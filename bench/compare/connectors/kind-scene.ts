import { join } from 'node:path'
import { type EventDraft, newEvent } from '#client/new-event.ts'
import { recipientCodes, senderCode } from '#tests/faults/province.ts'
import { sampleApart } from '../apart.ts'
import { treeUse } from '../process-tree.ts'
import type { Sample } from '../rounds.ts'
import { ask } from '../stored.ts'
import type { Given, Loop } from '../subjects/kind.ts'
import { type ConnectorScene, type Instance, openConnectorScene, untilSo } from './scene.ts'

const [middle, ...delivering] = recipientCodes
/** Events of the sender go to an agency without connectors, those of that agency to the others, and answers back. */
const ways = [
  [senderCode, middle],
  ...delivering.flatMap((code) => [[middle, code] as const, [code, middle] as const])
] as const
/** Looking costs the outsides time, which are in this process. */
const lookMs = 5
const batch = 100

/** A bus with instances of one kind, and how much goes through them. */
export interface KindScene extends ConnectorScene {
  /** From when something is so until the bus has recorded so many more events than at the call. */
  inward(events: number, isBegun: () => boolean): Promise<Sample>
  /**
   * Publishes events for the agency of a paused instance, lets it run, and measures from when something is so until
   * all of them are delivered.
   */
  outward(instance: string, drafts: readonly EventDraft[], isBegun: () => boolean): Promise<Sample>
  /** Whether a delivery of an instance runs. */
  hasBegun(instance: string): boolean
  /** Measures work that processes so many events and says in how many seconds. */
  measured(events: number, work: () => Promise<number>): Promise<Sample>
  /** Publishes events for the agencies that instances deliver to, until they are in the inboxes. */
  publishAll(drafts: readonly EventDraft[]): Promise<void>
  /** Runs a loop of `baselines/` in a process of its own. */
  bare(loop: Loop, given: Partial<Given> & { readonly count: number }): Promise<Sample>
}

export async function openKindScene(
  instances: readonly Instance[],
  types: readonly string[]
): Promise<KindScene> {
  const terms = { purpose: 'Đo tốc độ', legalBasis: 'Quyết định mẫu' }
  const agreements = ways.map(([provider, consumer], index) => {
    return { id: `bench-${index}`, provider, consumer, types: [...types], ...terms }
  })
  const scene = await openConnectorScene(instances, { agreements })
  const { bus, folder } = scene
  const recorded = (): number =>
    ask(join(folder, 'store.sqlite'), 'SELECT max(number) AS n FROM "archiveEvents"')
  const delivered = (instance: string): number =>
    ask(
      join(folder, 'store.sqlite'),
      "SELECT count(*) AS n FROM deliveries WHERE instance = ? AND state = 'delivered'",
      instance
    )
  const hasBegun = (instance: string): boolean =>
    ask(
      join(folder, 'store.sqlite'),
      'SELECT count(*) AS n FROM deliveries WHERE instance = ? AND open = 1 AND begunAt IS NOT NULL',
      instance
    ) > 0
  const publishAll = async (drafts: readonly EventDraft[]): Promise<void> => {
    const client = scene.clients.get(middle)
    for (let at = 0; at < drafts.length; at += batch) {
      const some = drafts.slice(at, at + batch)
      await client?.publish(...some.map((draft) => newEvent(client.system, draft)))
    }
  }
  const measured = async (events: number, work: () => Promise<number>): Promise<Sample> => {
    const before = treeUse(bus.pid).cpuMicros
    const seconds = await work()
    return { rate: events / seconds, cpuMicros: (treeUse(bus.pid).cpuMicros - before) / events }
  }
  const between = async (isBegun: () => boolean, hasEnded: () => boolean): Promise<number> => {
    await untilSo(isBegun, lookMs)
    const began = performance.now()
    await untilSo(hasEnded, lookMs)
    return (performance.now() - began) / 1000
  }

  return {
    ...scene,
    publishAll,
    hasBegun,
    measured,
    inward(events, isBegun) {
      const wanted = recorded() + events
      return measured(events, () => between(isBegun, () => recorded() >= wanted))
    },
    async outward(name, drafts, isBegun) {
      await scene.act('pause', name)
      await publishAll(drafts)
      const wanted = delivered(name) + drafts.length
      return measured(drafts.length, async () => {
        await scene.act('resume', name)
        return between(isBegun, () => scene.open(name) === 0 && delivered(name) >= wanted)
      })
    },
    async bare(loop, given) {
      const before = treeUse(bus.pid).cpuMicros
      const all = { gateway: bus.gateway, folder, code: senderCode, ...given }
      const { rate, cpuMicros } = await sampleApart('kind.ts', loop, JSON.stringify(all))
      return { rate, cpuMicros: cpuMicros + (treeUse(bus.pid).cpuMicros - before) / given.count }
    }
  }
}
