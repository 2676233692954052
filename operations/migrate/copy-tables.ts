import { pagesOf } from '#engines/store/pages.ts'
import type { Store, StoreTransaction, Tables } from '#engines/store/store.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { MovedTable, Row } from './moved-tables.ts'

type AnyTables = Record<string, Record<string, Row[string]>>

const pageLimits = {
  maxItems: 500,
  maxBytes: 1_048_576,
  sizeOf: (row: Row) => Object.values(row).reduce<number>((sum, value) => sum + lengthOf(value), 0)
}

/**
 * Copies the rows that a table lacks. Rows go in the order of the key, so an earlier run has copied all
 * rows up to the last one. Returns how many it copied.
 */
export async function copyTable(store: Store, table: MovedTable): Promise<number> {
  const last = await lastRow(store.reader<AnyTables>(), table)
  let copied = 0
  for (const rows of pagesOf(table.rows(last), pageLimits)) {
    await store.transaction((transaction) =>
      transaction.tables<AnyTables>().insertInto(table.name).values(rows).execute()
    )
    copied += rows.length
    reachFailpoint('migrate.rows')
  }
  return copied
}

/** Compares every row with its source. Throws `BUS_CONFIG_INVALID` at the first difference. Returns the number of rows. */
export async function compareTable(store: Store, table: MovedTable): Promise<number> {
  let compared = 0
  for (const rows of pagesOf(table.rows(), pageLimits)) {
    const found = await rowsLike(store.reader<AnyTables>(), table, rows)
    for (const [index, row] of rows.entries()) {
      const other = found[index]
      const isSame = other && Object.entries(row).every(([column, value]) => isEqual(other[column], value))
      if (!isSame || found.length !== rows.length) {
        const key = table.keys.map((column) => row[column]).join(' ')
        throw differs(`table ${table.name}, row ${key}`)
      }
    }
    compared += rows.length
  }
  const { n } = await store
    .reader<AnyTables>()
    .selectFrom(table.name)
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  if (Number(n) !== compared) throw differs(`table ${table.name} has ${n} rows, not ${compared}`)
  return compared
}

/** The first of these tables that is not empty, if any. */
export async function firstFilled(
  transaction: StoreTransaction,
  names: readonly string[]
): Promise<string | undefined> {
  for (const name of names) {
    const row = await transaction.tables<AnyTables>().selectFrom(name).selectAll().limit(1).executeTakeFirst()
    if (row) return name
  }
  return undefined
}

export function differs(what: string): BusError {
  return new BusError('BUS_CONFIG_INVALID', 'migration-differs', { values: { what } })
}

function lengthOf(value: Row[string]): number {
  return value instanceof Uint8Array ? value.length : String(value).length
}

function isEqual(one: Row[string] | undefined, other: Row[string]): boolean {
  return one instanceof Uint8Array && other instanceof Uint8Array
    ? Buffer.compare(one, other) === 0
    : one === other
}

function lastRow(db: Tables<AnyTables>, { name, keys }: MovedTable): Promise<Row | undefined> {
  let query = db.selectFrom(name).select([...keys])
  for (const key of keys) query = query.orderBy(key, 'desc')
  return query.limit(1).executeTakeFirst()
}

/** The other store's rows from the first of these rows to the last. */
function rowsLike(
  db: Tables<AnyTables>,
  { name, keys }: MovedTable,
  rows: readonly Row[]
): Promise<readonly Row[]> {
  const keyOf = (row: Row | undefined) => keys.map((column) => row?.[column] ?? null)
  let query = db
    .selectFrom(name)
    .selectAll()
    .where(({ and, eb, refTuple, tuple }) => {
      // Kysely declares these only for two to five columns.
      const columns = (refTuple as (...names: readonly string[]) => never)(...keys)
      const values = tuple as (...values: readonly unknown[]) => never
      return and([
        eb(columns, '>=', values(...keyOf(rows[0]))),
        eb(columns, '<=', values(...keyOf(rows.at(-1))))
      ])
    })
  for (const key of keys) query = query.orderBy(key)
  return query.execute()
}
