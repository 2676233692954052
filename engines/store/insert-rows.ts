import { type CompiledQuery, type InsertQueryBuilder, type InsertResult, sql } from 'kysely'
import { chunks } from './chunks.ts'
import { pipeline } from './pipeline.ts'
import type { StoreTransaction, Tables } from './store.ts'

/** How rows are added to those with the same key: a text is appended to theirs. */
export interface AppendTo<Row> {
  readonly keys: readonly (keyof Row & string)[]
  readonly append: keyof Row & string
}

/**
 * Inserts many rows with the same columns. The statement for each number of rows is built once and reused
 * with other values, because building it costs more than running it.
 */
export function insertOf<Row extends object>(
  table: string,
  columns: readonly (keyof Row & string)[],
  onConflict?: AppendTo<Row>
): (transaction: StoreTransaction, rows: readonly Row[]) => Promise<void> {
  const known = new WeakMap<object, Map<number, CompiledQuery>>()

  const statementFor = (db: Tables<AnyTable>, count: number): CompiledQuery => {
    const ofDatabase = known.get(db) ?? new Map<number, CompiledQuery>()
    known.set(db, ofDatabase)
    const built = ofDatabase.get(count)
    if (built) return built
    const blank = Object.fromEntries(columns.map((column) => [column, null]))
    const blanks = Array.from({ length: count }, () => blank)
    const insert = db.insertInto(table).values(blanks)
    const statement = (onConflict ? appending(insert, table, onConflict) : insert).compile()
    ofDatabase.set(count, statement)
    return statement
  }

  return async (transaction, rows) => {
    const db = transaction.tables<AnyTable>()
    const inserts = Array.from(chunks(rows), (some) => {
      const parameters = some.flatMap((row) => columns.map((column) => row[column]))
      return db.executeQuery({ ...statementFor(db, some.length), parameters })
    })
    await pipeline(inserts)
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
