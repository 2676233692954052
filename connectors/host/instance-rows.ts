import { renameHolders } from '#bus/attachments/holds.ts'
import { readNote, writeNote } from '#engines/store/meta.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { agencyOf } from '#protocol/events/event.ts'
import type { CheckedInstance } from './check-instances.ts'
import type { ConnectorTables } from './connector-tables.ts'
import { holderOf } from './inbound/items.ts'
import { openWorkOf } from './open-work.ts'
import { renameDeliveries } from './outbound/rename-deliveries.ts'

/** What an instance is to do, and who said so. */
export type DesiredState = Pick<
  ConnectorTables['connectorInstances'],
  'instance' | 'desired' | 'desiredBy' | 'desiredReason' | 'desiredAt'
>

/**
 * The row of an instance; created when it first runs, from a former name if there is one. Throws
 * `BUS_CONFIG_INVALID` if its system was changed while something of it is open. Who may not take over throws
 * `BUS_STORE_UNAVAILABLE` until the process that runs the instance has done so.
 */
export async function beginInstance(
  transaction: StoreTransaction,
  { name, system, formerNames, start, definition }: CheckedInstance,
  { at, mayTakeOver }: { readonly at: number; readonly mayTakeOver: boolean }
): Promise<Beginning> {
  const db = transaction.tables<ConnectorTables>()
  const rowOf = (instance: string) =>
    db
      .selectFrom('connectorInstances')
      .select(['startAt', 'deliversFrom', 'system'])
      .where('instance', '=', instance)
      .executeTakeFirst()
  for (const former of formerNames) {
    if (await rowOf(name)) break
    if (!(await rowOf(former))) continue
    if (!mayTakeOver) throw notStarted(name)
    await renameInstance(transaction, former, name)
  }
  const known = await rowOf(name)
  if (known) {
    if (known.system !== system && !mayTakeOver) throw notStarted(name)
    if (known.system !== system) await changeSystem(transaction, name, { from: known.system, to: system })
    return known
  }
  const beginning = beginningOf(start, at)
  const cursorVersion = definition.inbound?.cursorVersion ?? 1
  await db
    .insertInto('connectorInstances')
    .values({ ...blank, ...beginning, instance: name, system, cursorVersion })
    .onConflict((on) => on.column('instance').doNothing())
    .execute()
  return beginning
}

function notStarted(connector: string): BusError {
  return new BusError('BUS_STORE_UNAVAILABLE', 'connector-not-started', {
    values: { connector },
    waitMs: 5000
  })
}

/** Where an instance began, in milliseconds since the epoch. */
type Beginning = Pick<ConnectorTables['connectorInstances'], 'startAt' | 'deliversFrom'>

/** Unless asked to, a new instance does not deliver what its agency received in the years before. */
function beginningOf(start: string | undefined, now: number): Beginning {
  if (start === undefined) return { startAt: 0, deliversFrom: now }
  const at = start === 'beginning' ? 0 : start === 'now' ? now : Date.parse(start)
  return { startAt: at, deliversFrom: at }
}

/** Throws `BUS_CONFIG_INVALID` while something is open: it belongs to the system that it was begun as. */
async function changeSystem(
  transaction: StoreTransaction,
  name: string,
  { from, to }: { readonly from: string; readonly to: string }
): Promise<void> {
  const open = await openWorkOf(transaction.tables(), name)
  if (open > 0) {
    throw new BusError('BUS_CONFIG_INVALID', 'system-changed-early', { values: { name, from, to, open } })
  }
  const db = transaction.tables<ConnectorTables>()
  if (agencyOf(from) !== agencyOf(to)) {
    // What is left was quarantined long ago. Its references and reasons are not the other agency's business.
    await db.deleteFrom('connectorItems').where('instance', '=', name).execute()
  }
  await db.updateTable('connectorInstances').set({ system: to }).where('instance', '=', name).execute()
}

const blank = {
  cursor: null,
  desired: 'running' as const,
  desiredBy: null,
  desiredReason: null,
  desiredAt: null,
  polledAt: null
}

async function renameInstance(transaction: StoreTransaction, former: string, name: string): Promise<void> {
  const db = transaction.tables<ConnectorTables>()
  for (const table of [
    'connectorInstances',
    'connectorReferences',
    'connectorMarks',
    'connectorItems'
  ] as const) {
    await db.updateTable(table).set({ instance: name }).where('instance', '=', former).execute()
  }
  await renameHolders(transaction, holderOf(former, ''), holderOf(name, ''))
  await renameDeliveries(transaction, former, name)
}

/** Those that somebody paused. */
export function pausedInstances(store: Store): Promise<readonly DesiredState[]> {
  return store
    .reader<ConnectorTables>()
    .selectFrom('connectorInstances')
    .select(['instance', 'desired', 'desiredBy', 'desiredReason', 'desiredAt'])
    .where('desired', '=', 'paused')
    .execute()
}

/** Instances with events that are not in the log yet. */
export async function instancesToPublish(store: Store): Promise<readonly string[]> {
  const rows = await store
    .reader<ConnectorTables>()
    .selectFrom('connectorItems')
    .select('instance')
    .distinct()
    .where('state', '=', 'to-publish')
    .execute()
  return rows.map(({ instance }) => instance)
}

const epochNote = 'connectorsEpoch'

interface EpochNote {
  readonly epoch: number
  /** When the restore that began the epoch was noticed, in milliseconds since the epoch; null if there was none. */
  readonly restoredAt: number | null
}

/**
 * Pauses every instance if a backup was restored since they last ran: what was received or delivered after the
 * backup is not known, and an operator resumes them. Returns when a backup was last restored.
 */
export async function pauseRestored(store: Store, epoch: number, at: number): Promise<number | undefined> {
  return store.transaction(async (transaction) => {
    const known = await readNote<EpochNote>(transaction, epochNote)
    if (known?.epoch === epoch) return known.restoredAt ?? undefined
    const restoredAt = known ? at : null
    await writeNote(transaction, epochNote, { epoch, restoredAt })
    if (!known) return undefined
    await transaction
      .tables<ConnectorTables>()
      .updateTable('connectorInstances')
      .set({ desired: 'paused', desiredBy: null, desiredReason: restoredReason, desiredAt: at })
      .execute()
    return at
  })
}

const restoredReason =
  'restored: a backup was restored. `lienthong connectors check` lists what the outside system sent since the backup. Compare what it has received, then resume the connector.'
