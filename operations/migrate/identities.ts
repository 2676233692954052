import { sql } from 'kysely'
import type { StoreTransaction } from '#engines/store/store.ts'

/** Sets PostgreSQL's sequences to the greatest number in each table whose rows were copied with their numbers. */
export async function passIdentities(transaction: StoreTransaction): Promise<void> {
  const db = transaction.tables<Record<string, Record<string, number>>>()
  const found = await sql<{ readonly table: string; readonly column: string }>`
    SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
    WHERE table_schema = current_schema() AND is_identity = 'YES'`.execute(db)
  for (const { table, column } of found.rows) {
    await sql`
      SELECT setval(pg_get_serial_sequence(quote_ident(${table}), ${column}), max(${sql.ref(column)}))
      FROM ${sql.table(table)} HAVING max(${sql.ref(column)}) > 0`.execute(db)
  }
}
