import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import type { Metrics } from '#engines/telemetry/metrics.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { withTimeout } from '#protocol/timing/with-timeout.ts'
import type { InboundItem, Polled, Stored } from '../../connector.ts'
import type { ConnectorTables } from '../connector-tables.ts'
import type { HostedInstance, InstanceGuard } from '../hosted-instance.ts'
import type { InboundThrottle } from '../inbound-throttle.ts'
import { writeMarks } from '../marks.ts'
import type { ItemToStore } from './item-to-store.ts'
import { digestOf, referenceOf, storeItems } from './items.ts'
import { reportQuarantined } from './publish-items.ts'
import { type RecentItems, recentCount } from './recent-items.ts'

export interface PollOptions {
  readonly store: Store
  readonly guard: InstanceGuard
  readonly metrics: Metrics
  readonly throttle: InboundThrottle
}

/** No poll while so many items are not published, or the outside is to be told of so many. */
const maxBacklog = 1000
export const pollTimeoutMs = 120_000

/** What a poll came to. `backlog`: the outside was not asked, since too much is not published or told yet. */
export type PollResult = 'backlog' | { readonly items: number; readonly hasMore: boolean }

/**
 * Asks the outside once and stores what is new, in parts, with the cursor in the last one. Rejects if the outside fails,
 * or if most of what it gives is bad; then the cursor stays where it was.
 */
export async function pollOutside(
  instance: HostedInstance,
  recent: RecentItems,
  options: PollOptions,
  signal: AbortSignal
): Promise<PollResult> {
  const { definition, outside, io } = instance
  const { inbound } = definition
  const { store } = options
  if (!inbound) return { items: 0, hasMore: false }
  const { cursor, backlog } = await pollStateOf(store, instance)
  if (backlog >= maxBacklog) return 'backlog'
  const polled = await outside.use((session) =>
    withTimeout(signal, pollTimeoutMs, (limit) => inbound.poll(session, cursor, io(limit)))
  )
  const { items } = polled
  // If none is bad it does not matter which are new.
  const isBad = items.some(tellsOfOutside)
  checkRecent(recent, isBad ? await newAmong(store, instance, items) : items)
  signal.throwIfAborted()
  const isUnchanged = items.length === 0 && polled.cursor === cursor && !polled.marks
  if (items.length > 0) reachFailpoint('items.polled')
  const results = isUnchanged ? [] : await storePolled(instance, polled, options, signal)
  recent.add(
    results.flatMap((result, index) => {
      const isForgiven = items[index] && 'fault' in items[index] && !tellsOfOutside(items[index])
      return result === 'repeated' ? [] : [typeof result === 'object' && !isForgiven]
    })
  )
  if (items.length > 0) reachFailpoint('items.stored')
  return { items: items.length, hasMore: polled.more === true || results.length < items.length }
}

/** To be called after items were stored: wakes those who wait for them, and tells operators which were quarantined. */
export function reportStored(
  instance: HostedInstance,
  metrics: Metrics,
  items: readonly InboundItem[],
  results: readonly Stored[]
): void {
  if (items.length > 0) instance.itemsStored()
  if (items.some((item) => 'settles' in item)) instance.deliveriesSettled()
  for (const [index, result] of results.entries()) {
    if (typeof result !== 'object') continue
    reportQuarantined(instance, metrics, {
      reference: items[index]?.reference ?? '',
      error: result.quarantined
    })
  }
}

/**
 * The items that are not stored yet, each reference once: an outside whose pages overlap gives a bad one again, and
 * that says nothing new.
 */
export async function newAmong(
  store: Store,
  { name }: HostedInstance,
  items: readonly InboundItem[]
): Promise<readonly InboundItem[]> {
  const byDigest = new Map(items.map((item) => [digestOf(referenceOf(item)), item]))
  const known = await inChunks([...byDigest.keys()], (some) =>
    store
      .reader<ConnectorTables>()
      .selectFrom('connectorReferences')
      .select('reference')
      .where('instance', '=', name)
      .where('reference', 'in', some)
      .execute()
  )
  for (const { reference } of known) byDigest.delete(reference)
  return [...byDigest.values()]
}

/** Whether an item is bad because the outside or the settings may be wrong. */
function tellsOfOutside(item: InboundItem): boolean {
  return 'fault' in item && !item.isFromAnybody
}

/** Throws if more than half of the last items are bad: the settings or the outside are wrong, not the items. */
function checkRecent(recent: RecentItems, items: readonly InboundItem[]): void {
  const bad = recent.mostlyBad(items.map(tellsOfOutside))
  if (bad === undefined) return
  const last = items.findLast((item) => 'fault' in item)
  const problem = last && 'fault' in last ? last.fault.message : ''
  throw new BusError('BUS_PEER_FAILED', 'items-mostly-bad', { values: { bad, of: recentCount, problem } })
}

/**
 * The cursor is written with the last items: before that, a crash has the same items given again, and so has an instance
 * that is stopped or paused meanwhile. Returns what became of the items that were stored.
 */
async function storePolled(
  instance: HostedInstance,
  { items, cursor, marks = {} }: Polled,
  { store, guard, metrics, throttle }: PollOptions,
  signal: AbortSignal
): Promise<readonly Stored[]> {
  const results: Stored[] = []
  const storeSome = (some: readonly ItemToStore[], isLast: boolean): Promise<readonly Stored[]> =>
    store.transaction(async (transaction) => {
      await guard(transaction, instance)
      if (isLast) {
        await transaction
          .tables<ConnectorTables>()
          .updateTable('connectorInstances')
          .set({ cursor, cursorVersion: cursorVersionOf(instance), polledAt: instance.now() })
          .where('instance', '=', instance.name)
          .execute()
        await writeMarks(transaction, instance, marks)
      }
      return some.length === 0 ? [] : storeItems(transaction, instance, some)
    })
  const mayGoOn = (): boolean => instance.authorization.isGranted() && !signal.aborted
  do {
    await throttle.runPart(async (size) => {
      if (results.length > 0 && !mayGoOn()) return // Since the rest before this.
      const some = items.slice(results.length, results.length + size.items)
      const stored = await storeSome(some, results.length + some.length === items.length)
      results.push(...stored)
      reportStored(instance, metrics, some, stored)
    }, signal)
  } while (results.length < items.length && mayGoOn())
  return results
}

/**
 * Where the poll goes on, and how many items are not published, or are to be told. A cursor of another version is not used. Rejects with
 * `BUS_CONTROL_STALE` if the instance has another name by now: that one has its cursor.
 */
export async function pollStateOf(
  store: Store,
  instance: HostedInstance
): Promise<{ readonly cursor: string | undefined; readonly backlog: number }> {
  const row = await store
    .reader<ConnectorTables>()
    .selectFrom('connectorInstances')
    .select((e) => [
      'cursor',
      'cursorVersion',
      e
        .selectFrom('connectorItems')
        .select((of) => of.fn.countAll<number>().as('count'))
        .where('connectorItems.instance', '=', instance.name)
        .where('connectorItems.state', '=', 'to-publish')
        .as('unpublished'),
      e
        .selectFrom('connectorItems')
        .select((of) => of.fn.countAll<number>().as('count'))
        .where('connectorItems.instance', '=', instance.name)
        .where('connectorItems.acknowledgeAt', '<=', instance.now())
        .as('unreported')
    ])
    .where('connectorInstances.instance', '=', instance.name)
    .executeTakeFirst()
  if (!row) throw new BusError('BUS_CONTROL_STALE', 'lease-lost', { values: { channel: instance.name } })
  const isOfVersion = row.cursorVersion === cursorVersionOf(instance)
  return {
    cursor: isOfVersion ? (row.cursor ?? undefined) : undefined,
    backlog: Math.max(Number(row.unpublished ?? 0), Number(row.unreported ?? 0))
  }
}

/** The version of its cursors. */
export function cursorVersionOf({ definition }: Pick<HostedInstance, 'definition'>): number {
  return definition.inbound?.cursorVersion ?? 1
}
