import { inChunks } from '#engines/store/chunks.ts'
import type { Store, Tables } from '#engines/store/store.ts'
import { steadyNow } from '#engines/telemetry/steady-clock.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ErrorCode } from '#protocol/errors/catalogue.ts'
import { backoffMs } from '#protocol/timing/retry.ts'
import { callTimeoutMs, withTimeout } from '#protocol/timing/with-timeout.ts'
import type { ItemOutcome } from '../../connector.ts'
import type { ConnectorTables, ItemState } from '../connector-tables.ts'
import { askedWaitMs, failureOf } from '../failures.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import type { InboundThrottle } from '../inbound-throttle.ts'
import type { PublishItemsOptions } from './publish-items.ts'

export type AcknowledgeOptions = Pick<PublishItemsOptions, 'store' | 'guard'> & {
  readonly throttle: InboundThrottle
}

const waits = { firstMs: 1000, lastMs: 3_600_000 }
const longestMs = 7 * 86_400_000
/** Then a poll that is due comes first. */
const longestRoundMs = 1000

interface UnacknowledgedItem {
  readonly number: number
  readonly reference: string
  readonly state: ItemState
  readonly fault: string | null
  readonly acknowledgeFailures: number
  readonly acknowledgeSince: number
}

/** What is to be written after an attempt to tell the outside. */
type After = 'acknowledged' | 'given-up' | { readonly failures: number; readonly at: number }

/**
 * Tells the outside what became of items that are due, for a second, while the instance may act. A failure postpones its
 * item, for up to seven days; one of the connection also ends the round, after which others are tried first. Returns when
 * the next one is due, in milliseconds since the epoch; undefined if the outside need not be told anything.
 */
export async function acknowledgeItems(
  instance: HostedInstance,
  { store, guard, throttle }: AcknowledgeOptions,
  signal: AbortSignal
): Promise<number | undefined> {
  const { definition, authorization } = instance
  if (!definition.inbound?.acknowledge || !authorization.isGranted()) return undefined
  const until = steadyNow() + longestRoundMs
  while (steadyNow() < until && authorization.isGranted()) {
    const hasMore = await throttle.runPart(async (size) => {
      const due = await dueItems(store, instance, size.items)
      const { after, broken } = await tellSome(instance, due, { calls: size.calls, until, signal })
      if (after.size > 0) {
        await store.transaction(async (transaction) => {
          await guard(transaction, instance)
          await writeAfter(transaction.tables(), after)
        })
      }
      if (broken !== undefined) throw broken
      return due.length === size.items || after.size < due.length
    }, signal)
    if (!hasMore) return nextAt(store, instance)
  }
  return instance.now()
}

interface TellOptions {
  /** At the same time. */
  readonly calls: number
  /** No call begins later, on the steady clock. */
  readonly until: number
  readonly signal: AbortSignal
}

/** `broken` is set if the rest could not be tried. */
async function tellSome(
  instance: HostedInstance,
  due: readonly UnacknowledgedItem[],
  { calls, until, signal }: TellOptions
): Promise<{ readonly after: ReadonlyMap<UnacknowledgedItem, After>; readonly broken: unknown }> {
  const after = new Map<UnacknowledgedItem, After>()
  const waiting = [...due]
  let broken: unknown
  const tell = async (): Promise<void> => {
    while (broken === undefined && instance.authorization.isGranted()) {
      const one = steadyNow() < until ? waiting.shift() : undefined
      if (!one) return
      const tried = await tellOne(instance, one, signal)
      if (tried.after !== undefined) after.set(one, tried.after)
      broken ??= tried.broken
    }
  }
  await Promise.all(Array.from({ length: Math.min(calls, due.length) }, tell))
  return { after, broken }
}

/** `after` is undefined if the item could not be tried; `broken` is set if the others cannot be tried now. */
async function tellOne(
  instance: HostedInstance,
  item: UnacknowledgedItem,
  signal: AbortSignal
): Promise<{ readonly after?: After; readonly broken?: unknown }> {
  const { definition, outside, io } = instance
  const outcome: ItemOutcome = { reference: item.reference, quarantined: faultOf(item) }
  let wasCalled = false
  try {
    await outside.use((session) =>
      withTimeout(signal, callTimeoutMs, async (limit) => {
        wasCalled = true
        return definition.inbound?.acknowledge?.(session, outcome, io(limit))
      })
    )
    return { after: 'acknowledged' }
  } catch (error) {
    const failure = failureOf(error)
    if (!wasCalled || signal.aborted || failure === 'credentials') return { broken: error }
    const after = afterFailure(instance, item, error)
    return failure === 'unreachable' ? { after, broken: error } : { after }
  }
}

/** The failure may be this item's alone, even if it looks like one of the connection: others must not wait for it. */
function afterFailure(
  { outside, logger, now }: HostedInstance,
  item: UnacknowledgedItem,
  error: unknown
): After {
  const isAway = outside.retryAt() !== undefined
  if (now() - item.acknowledgeSince > longestMs && !isAway) {
    logger.error(
      { err: error, reference: item.reference },
      'the outside system could not be told what became of an item, for seven days; not tried again: see err'
    )
    return 'given-up'
  }
  const failures = item.acknowledgeFailures + 1
  const waitMs = Math.max(askedWaitMs(error), backoffMs(item.acknowledgeFailures, waits, Math.random()))
  if (failures === 1 && !isAway)
    logger.warn({ err: error, reference: item.reference }, 'acknowledgement failed; retried')
  return { failures, at: now() + waitMs }
}

async function writeAfter(
  db: Tables<ConnectorTables>,
  after: ReadonlyMap<UnacknowledgedItem, After>
): Promise<void> {
  const ended = [...after].filter(([, what]) => typeof what === 'string').map(([item]) => item)
  const numbersOf = (isKept: boolean): readonly number[] =>
    ended.filter(({ state }) => (state === 'quarantined') === isKept).map(({ number }) => number)
  await inChunks(numbersOf(false), (some) =>
    db.deleteFrom('connectorItems').where('number', 'in', some).execute()
  )
  await inChunks(numbersOf(true), (some) =>
    db.updateTable('connectorItems').set({ acknowledgeAt: null }).where('number', 'in', some).execute()
  )
  for (const [{ number }, what] of after) {
    if (typeof what === 'string') continue
    const values = { acknowledgeAt: what.at, acknowledgeFailures: what.failures }
    await db.updateTable('connectorItems').set(values).where('number', '=', number).execute()
  }
}

async function dueItems(
  store: Store,
  { name, now }: HostedInstance,
  limit: number
): Promise<readonly UnacknowledgedItem[]> {
  return store
    .reader<ConnectorTables>()
    .selectFrom('connectorItems')
    .select(['number', 'reference', 'state', 'fault', 'acknowledgeFailures', 'acknowledgeSince'])
    .where('instance', '=', name)
    .where('acknowledgeAt', '<=', now())
    .orderBy('acknowledgeAt')
    .orderBy('number')
    .limit(limit)
    .execute()
}

async function nextAt(store: Store, { name }: HostedInstance): Promise<number | undefined> {
  const row = await store
    .reader<ConnectorTables>()
    .selectFrom('connectorItems')
    .select((e) => e.fn.min('acknowledgeAt').as('at'))
    .where('instance', '=', name)
    .where('acknowledgeAt', 'is not', null)
    .executeTakeFirst()
  return row?.at ?? undefined
}

/** The fault as the item was quarantined with it; its texts are complete. */
function faultOf({ fault }: UnacknowledgedItem): BusError | undefined {
  if (fault === null) return undefined
  const { code, vi, en } = JSON.parse(fault) as {
    readonly code: ErrorCode
    readonly vi: string
    readonly en: string
  }
  return new BusError(code, { key: 'item:stored', vi, en })
}
