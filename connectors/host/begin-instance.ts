import { renameHolders } from '#bus/attachments/holds.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { CheckedInstance } from './check-instances.ts'
import type { ConnectorTables } from './connector-tables.ts'
import { holderOf } from './inbound/items.ts'
import { openWorkOf } from './open-work.ts'
import type { DeliveryTables } from './outbound/delivery-tables.ts'
import { renameDeliveries } from './outbound/rename-deliveries.ts'
import type { Ownership } from './rate-groups.ts'

/** Who runs the instances of a rate group. */
export interface Beginner extends Pick<Ownership, 'guardGroup' | 'isFree'> {
  /** The instances of the group. */
  readonly members: readonly string[]
}

/**
 * The row of an instance; created when it first runs, from a former name if there is one. Throws
 * `BUS_CONFIG_INVALID` if its system was changed while something of it is open, and `BUS_STORE_UNAVAILABLE` while
 * another process runs it, under its former name or in another rate group. Without a beginner nothing is taken over:
 * `BUS_STORE_UNAVAILABLE` until the process that runs the instance has done so.
 */
export async function beginInstance(
  transaction: StoreTransaction,
  checked: CheckedInstance,
  { at, beginner }: { readonly at: number; readonly beginner: Beginner | undefined }
): Promise<ConnectorTables['connectorInstances']> {
  const { name, system, rateGroup, formerNames } = checked
  await beginner?.guardGroup(transaction, rateGroup)
  const db = transaction.tables<ConnectorTables>()
  const rowOf = (instance: string) =>
    db.selectFrom('connectorInstances').selectAll().where('instance', '=', instance).executeTakeFirst()
  if (beginner) await leaveOthers(transaction, rateGroup, beginner)
  for (const former of formerNames) {
    if (await rowOf(name)) break
    const row = await rowOf(former)
    if (!row) continue
    if (!beginner) throw notStarted(name)
    await checkIsFree(transaction, name, row.rateGroup, beginner)
    await renameInstance(transaction, former, name)
  }
  const known = await rowOf(name)
  if (known) {
    if (known.system !== system && !beginner) throw notStarted(name)
    if (beginner) await checkIsFree(transaction, name, known.rateGroup, beginner)
    if (beginner) {
      await db.updateTable('connectorInstances').set({ rateGroup }).where('instance', '=', name).execute()
    }
    return known.system === system ? known : changeSystem(transaction, known, system, at)
  }
  if (!beginner && (await isRenamed(transaction, name))) throw notStarted(name)
  return insertInstance(transaction, checked, { at, rateGroup: beginner ? rateGroup : null })
}

/** Writes the row of an instance that has none. */
export async function insertInstance(
  transaction: StoreTransaction,
  { name, system, start, definition }: CheckedInstance,
  { at, rateGroup }: { readonly at: number; readonly rateGroup: string | null }
): Promise<ConnectorTables['connectorInstances']> {
  const db = transaction.tables<ConnectorTables>()
  await db.deleteFrom('connectorRenames').where('former', '=', name).execute() // The name is used anew.
  const fresh = {
    ...{ ...blank, ...beginningOf(start, at), instance: name, system, rateGroup },
    cursorVersion: definition.inbound?.cursorVersion ?? 1
  }
  await db.insertInto('connectorInstances').values(fresh).execute()
  return fresh
}

/**
 * Instances that were of the group are not run by it any more: this process has its lease. It keeps that lease, so
 * nothing else would tell the process that is to run them in another group.
 */
async function leaveOthers(
  transaction: StoreTransaction,
  rateGroup: string,
  { members }: Beginner
): Promise<void> {
  const db = transaction.tables<ConnectorTables>()
  const rows = await db
    .selectFrom('connectorInstances')
    .select('instance')
    .where('rateGroup', '=', rateGroup)
    .execute()
  const others = rows.map(({ instance }) => instance).filter((name) => !members.includes(name))
  await inChunks(others, (some) =>
    db.updateTable('connectorInstances').set({ rateGroup: null }).where('instance', 'in', some).execute()
  )
}

async function checkIsFree(
  transaction: StoreTransaction,
  connector: string,
  rateGroup: string | null,
  { isFree }: Beginner
): Promise<void> {
  if (rateGroup === null || (await isFree(transaction, rateGroup))) return
  throw new BusError('BUS_STORE_UNAVAILABLE', 'connector-runs-elsewhere', { values: { connector } })
}

async function isRenamed(transaction: StoreTransaction, former: string): Promise<boolean> {
  const row = await transaction
    .tables<ConnectorTables>()
    .selectFrom('connectorRenames')
    .select('name')
    .where('former', '=', former)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * For who receives for an instance without its lease. Throws `BUS_STORE_UNAVAILABLE` if it has another name or system
 * by now: what is stored under the former one, nobody would publish.
 */
export async function checkIsCurrent(
  transaction: StoreTransaction,
  { name, system }: Pick<CheckedInstance, 'name' | 'system'>
): Promise<void> {
  const row = await transaction
    .tables<ConnectorTables>()
    .selectFrom('connectorInstances')
    .select('system')
    .where('instance', '=', name)
    .executeTakeFirst()
  if (row?.system !== system) throw notStarted(name)
}

function notStarted(connector: string): BusError {
  return new BusError('BUS_STORE_UNAVAILABLE', 'connector-not-started', {
    values: { connector },
    waitMs: 5000
  })
}

/** Unless asked to, a new instance does not deliver what its agency received in the years before. */
function beginningOf(
  start: string | undefined,
  now: number
): Pick<ConnectorTables['connectorInstances'], 'startAt' | 'deliversFrom'> {
  if (start === undefined) return { startAt: 0, deliversFrom: now }
  const at = start === 'beginning' ? 0 : start === 'now' ? now : instantMs(start)
  return { startAt: at, deliversFrom: at }
}

/**
 * Throws `BUS_CONFIG_INVALID` while something is open: it belongs to the system that it was begun as. Another agency
 * has another inbox: of that is delivered what is recorded from now on.
 */
async function changeSystem(
  transaction: StoreTransaction,
  known: ConnectorTables['connectorInstances'],
  to: string,
  at: number
): Promise<ConnectorTables['connectorInstances']> {
  const { instance: name, system: from } = known
  const open = await openWorkOf(transaction.tables(), name)
  if (open > 0) {
    throw new BusError('BUS_CONFIG_INVALID', 'system-changed-early', { values: { name, from, to, open } })
  }
  const db = transaction.tables<ConnectorTables & DeliveryTables>()
  const isOther = agencyOf(from) !== agencyOf(to)
  if (isOther) {
    // What is left was quarantined long ago. Its references and reasons are not the other agency's business.
    await db.deleteFrom('connectorItems').where('instance', '=', name).execute()
    await db.deleteFrom('deliveryInstances').where('instance', '=', name).execute()
  }
  const changes = { system: to, ...(isOther ? { deliversFrom: at } : {}) }
  await db.updateTable('connectorInstances').set(changes).where('instance', '=', name).execute()
  return { ...known, ...changes }
}

const blank = {
  cursor: null,
  desired: 'running' as const,
  desiredBy: null,
  desiredReason: null,
  desiredAt: null,
  restoredAt: null,
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
  await db
    .insertInto('connectorRenames')
    .values({ former, name })
    .onConflict((on) => on.column('former').doUpdateSet({ name }))
    .execute()
  await renameHolders(transaction, holderOf(former, ''), holderOf(name, ''))
  await renameDeliveries(transaction, former, name)
}
