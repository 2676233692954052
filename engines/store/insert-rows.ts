import { type InsertQueryBuilder, type InsertResult, sql } from 'kysely'
import { chunks } from './chunks.ts'
import { pipeline } from './pipeline.ts'
import { statementsOf } from './statements.ts'
import type { StoreTransaction, Tables } from './store.ts'

/** How rows are added to those with the same key: a text is appended to theirs. */
export interface AppendTo<Row> {
  readonly keys: readonly (keyof Row & string)[]
  readonly append: keyof Row & string
}

/** Inserts many rows with the same columns. Returns how many; `ignore` leaves out those whose key is there. */
export function insertOf<Row extends object>(
  table: string,
  columns: readonly (keyof Row & string)[],
  onConflict?: AppendTo<Row> | 'ignore'
): (transaction: StoreTransaction, rows: readonly Row[]) => Promise<number> {
  const statementFor = statementsOf((db: Tables<AnyTable>, count) => {
    const blank = Object.fromEntries(columns.map((column) => [column, null]))
    const insert = db.insertInto(table).values(Array.from({ length: count }, () => blank))
    if (onConflict === 'ignore') return insert.onConflict((on) => on.doNothing())
    return onConflict ? appending(insert, table, onConflict) : insert
  })

  return async (transaction, rows) => {
    const db = transaction.tables<AnyTable>()
    const inserts = Array.from(chunks(rows), (some) => {
      const parameters: unknown[] = []
      for (const row of some) for (const column of columns) parameters.push(row[column])
      return db.executeQuery({ ...statementFor(db, some.length), parameters })
    })
    const results = await pipeline(inserts)
    return results.reduce((sum, { numAffectedRows = 0n }) => sum + Number(numAffectedRows), 0)
  }
}

function appending<Row>(
  insert: InsertQueryBuilder<AnyTable, string, InsertResult>,
  table: string,
  { keys, append }: AppendTo<Row>
) {
  return insert.onConflict((on) =>
    on.columns([...keys] as never).doUpdateSet({
      [append]: sql`${sql.ref(`${table}.${String(append)}`)} || ${sql.ref(`excluded.${String(append)}`)}`
    } as never)
  )
}

type AnyTable = Readonly<Record<string, Readonly<Record<string, unknown>>>>
