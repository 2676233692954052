import { inChunks } from '#engines/store/chunks.ts'
import type { Store, StoreTransaction, Tables } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Marks } from '../connector.ts'
import type { ConnectorTables } from './connector-tables.ts'

const maxKeyLength = 200
const maxValueBytes = 4096

/** Writes marks of an instance in the transaction that stores an item or ends a delivery. Throws `BUS_ITEM_INVALID`. */
export async function writeMarks(
  transaction: StoreTransaction,
  { name: instance }: { readonly name: string },
  marks: Marks
): Promise<void> {
  const db = transaction.tables<ConnectorTables>()
  const entries = Object.entries(marks)
  for (const [key, value] of entries) {
    const fault = markFault(key, value)
    if (fault) throw fault
  }
  const written = entries.flatMap(([key, value]) => (value === null ? [] : [{ instance, key, value }]))
  const removed = entries.flatMap(([key, value]) => (value === null ? [key] : []))
  await inChunks(written, (some) =>
    db
      .insertInto('connectorMarks')
      .values(some)
      .onConflict((on) =>
        on.columns(['instance', 'key']).doUpdateSet((e) => ({ value: e.ref('excluded.value') }))
      )
      .execute()
  )
  await inChunks(removed, (some) =>
    db.deleteFrom('connectorMarks').where('instance', '=', instance).where('key', 'in', some).execute()
  )
}

/** A mark that is not written yet, and what it was when that was decided. */
export type MarkChange = readonly [key: string, before: string | null, value: string | null]

/** Marks with what they are now. */
export async function changesOf(
  transaction: StoreTransaction,
  { name: instance }: { readonly name: string },
  marks: Marks
): Promise<readonly MarkChange[]> {
  const known = await valuesOf(transaction.tables(), instance, Object.keys(marks))
  return Object.entries(marks).map(([key, value]) => [key, known.get(key) ?? null, value])
}

/** Writes marks, but those that changed meanwhile: what was written later is newer. */
export async function writeChanges(
  transaction: StoreTransaction,
  instance: { readonly name: string },
  changes: readonly MarkChange[]
): Promise<void> {
  const keys = changes.map(([key]) => key)
  const known = await valuesOf(transaction.tables(), instance.name, keys)
  const valid = changes.filter(([key, before]) => (known.get(key) ?? null) === before)
  await writeMarks(transaction, instance, Object.fromEntries(valid.map(([key, , value]) => [key, value])))
}

async function valuesOf(
  db: Tables<ConnectorTables>,
  instance: string,
  keys: readonly string[]
): Promise<ReadonlyMap<string, string>> {
  const rows = await inChunks(keys, (some) =>
    db
      .selectFrom('connectorMarks')
      .select(['key', 'value'])
      .where('instance', '=', instance)
      .where('key', 'in', some)
      .execute()
  )
  return new Map(rows.map(({ key, value }) => [key, value]))
}

/** Why a mark cannot be kept. */
export function markFault(key: string, value: string | null): BusError | undefined {
  if (value !== null && typeof value !== 'string') return malformed(key)
  const fits =
    key.length >= 1 && key.length <= maxKeyLength && Buffer.byteLength(value ?? '') <= maxValueBytes
  const isText = !key.includes('\0') && !value?.includes('\0') // The store's texts contain none.
  return fits && isText ? undefined : malformed(key)
}

function malformed(name: string): BusError {
  return new BusError('BUS_ITEM_INVALID', 'mark-malformed', { values: { name } })
}

/** Reads marks of an instance, undefined where there is none. Those that are asked for at the same time are read together. */
export function createMarkReader(
  store: Store,
  instance: string
): (key: string) => Promise<string | undefined> {
  let asked: string[] = []
  let values: Promise<ReadonlyMap<string, string>> | undefined
  const read = async (): Promise<ReadonlyMap<string, string>> => {
    await undefined // Until the caller has asked for the others.
    const keys = asked
    asked = []
    values = undefined
    return valuesOf(store.reader(), instance, [...new Set(keys)])
  }
  return async (key) => {
    asked.push(key)
    values ??= read()
    return (await values).get(key)
  }
}

export interface MarkRange {
  readonly from: string
  readonly to: string
  readonly limit: number
}

/** Marks of an instance from one key on, before another. */
export async function readMarks(
  store: Store,
  instance: string,
  { from, to, limit }: MarkRange
): Promise<readonly (readonly [string, string])[]> {
  const rows = await store
    .reader<ConnectorTables>()
    .selectFrom('connectorMarks')
    .select(['key', 'value'])
    .where('instance', '=', instance)
    .where('key', '>=', from)
    .where('key', '<', to)
    .orderBy('key')
    .limit(limit)
    .execute()
  return rows.map(({ key, value }) => [key, value])
}
