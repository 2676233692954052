import { releaseAttachments } from '#bus/attachments/holds.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { callTimeoutMs, withTimeout } from '#protocol/timing/with-timeout.ts'
import type { ConnectorTables } from '../connector-tables.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import { type MarkChange, writeChanges } from '../marks.ts'
import type { ItemToStore } from './item-to-store.ts'
import { holderOf, storeItems, writeFault } from './items.ts'

const dayMs = 86_400_000
const prunedAtOnce = 500

/**
 * Retries a quarantined item: applies its report or answer again if it is one, publishes its event again if it has
 * one, otherwise reads it again from what it came as, otherwise forgets it, so that the next poll may give it again.
 * Rejects with `BUS_NOT_FOUND` if there is no such item, with its fault if it still cannot be read, and if it cannot
 * be read again and may not have been polled, for an outside that calls calls once; then it stays quarantined.
 */
export async function retryItem(instance: HostedInstance, store: Store, number: number): Promise<void> {
  const { name, definition, io } = instance
  const row = await store
    .reader<ConnectorTables>()
    .selectFrom('connectorItems')
    .select(['reference', 'digest', 'event', 'answers', 'settles', 'raw', 'marks'])
    .where('instance', '=', name)
    .where('number', '=', number)
    .where('state', '=', 'quarantined')
    .executeTakeFirst()
  if (!row) throw new BusError('BUS_NOT_FOUND', 'not-found')
  const { reference, digest, event, answers, settles, raw, marks } = row
  const { parse } = definition
  if (settles !== null || (answers !== null && event === null)) {
    // Its reference stays: the event that came with it may be published already.
    const at = instance.now()
    await release(instance, store, number, { state: 'to-settle', storedAt: at, dueAt: at })
  } else if (event === null && raw !== null && parse) {
    const item = await withTimeout(new AbortController().signal, callTimeoutMs, (signal) =>
      parse(raw, reference, io(signal))
    )
    if (item && 'fault' in item) {
      await updateFault(store, number, item.fault)
      throw item.fault
    }
    await replaceItem(instance, store, { number, digest }, item ? [{ ...item, reference }] : [])
  } else if (event !== null) {
    await release(instance, store, number, { state: 'to-publish', marks })
  } else if (definition.receive || !definition.inbound) {
    throw new BusError('BUS_ITEM_INVALID', 'item-not-kept')
  } else {
    await replaceItem(instance, store, { number, digest }, [])
  }
  instance.itemsStored()
}

/** Has a quarantined item tried again as it is, unless somebody else did that. */
async function release(
  instance: HostedInstance,
  store: Store,
  number: number,
  { marks = null, ...values }: Partial<ConnectorTables['connectorItems']>
): Promise<void> {
  await store.transaction(async (transaction) => {
    const released = await transaction
      .tables<ConnectorTables>()
      .updateTable('connectorItems')
      .set({ ...values, fault: null, marks: null, acknowledgeAt: null })
      .where('number', '=', number)
      .where('state', '=', 'quarantined')
      .returning('number')
      .execute()
    if (released.length > 0 && marks !== null) {
      await writeChanges(transaction, instance, JSON.parse(marks) as readonly MarkChange[])
    }
  })
}

async function updateFault(store: Store, number: number, fault: BusError): Promise<void> {
  await store.transaction(async (transaction) => {
    await transaction
      .tables<ConnectorTables>()
      .updateTable('connectorItems')
      .set({ fault: writeFault(fault) })
      .where('number', '=', number)
      .execute()
  })
}

/** Forgets a quarantined item and its reference, and stores what it became. */
async function replaceItem(
  instance: HostedInstance,
  store: Store,
  quarantined: QuarantinedItem,
  items: readonly ItemToStore[]
): Promise<void> {
  await store.transaction(async (transaction) => {
    if (await forgetQuarantined(transaction, instance, quarantined))
      await storeItems(transaction, instance, items)
  })
}

export interface QuarantinedItem {
  readonly number: number
  readonly digest: string
}

/** Forgets a quarantined item and its reference. Returns false if somebody else retried it. */
export async function forgetQuarantined(
  transaction: StoreTransaction,
  { name }: HostedInstance,
  { number, digest }: QuarantinedItem
): Promise<boolean> {
  const db = transaction.tables<ConnectorTables>()
  const removed = await db
    .deleteFrom('connectorItems')
    .where('number', '=', number)
    .where('state', '=', 'quarantined')
    .returning('number')
    .execute()
  if (removed.length === 0) return false
  await db
    .deleteFrom('connectorReferences')
    .where('instance', '=', name)
    .where('reference', '=', digest)
    .execute()
  return true
}

/** Of items that were quarantined long ago, only the reference and the reason are kept. Returns whether there are more. */
export async function pruneQuarantine(
  { name, now }: HostedInstance,
  { store, quarantineDays }: { readonly store: Store; readonly quarantineDays: number }
): Promise<boolean> {
  const rows = await store
    .reader<ConnectorTables>()
    .selectFrom('connectorItems')
    .select(['number', 'digest'])
    .where('instance', '=', name)
    .where('state', '=', 'quarantined')
    .where('storedAt', '<', now() - quarantineDays * dayMs)
    .where((e) => e.or([e('event', 'is not', null), e('raw', 'is not', null)]))
    .limit(prunedAtOnce)
    .execute()
  if (rows.length === 0) return false
  const numbers = rows.map(({ number }) => number)
  await store.transaction(
    async (transaction) => {
      await inChunks(numbers, (some) =>
        transaction
          .tables<ConnectorTables>()
          .updateTable('connectorItems')
          .set({ event: null, answers: null, raw: null, marks: null })
          .where('number', 'in', some)
          .execute()
      )
      await releaseAttachments(
        transaction,
        rows.map(({ digest }) => holderOf(name, digest))
      )
    },
    { usesReserve: true }
  )
  return rows.length === prunedAtOnce
}
