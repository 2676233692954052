import { type RawBuilder, sql } from 'kysely'

/**
 * Rows of texts for `with`, to be joined with the table that they are looked up in. A list of tuples (`(a,
 * b) IN (…)`) is slow on PostgreSQL: until it has analysed the table, it may search by the first column
 * alone and compare every row found with every tuple.
 */
export function valuesTable<Column extends string>(
  rows: readonly Readonly<Record<Column, string>>[],
  columns: readonly Column[]
): RawBuilder<Record<Column, string>> {
  const tuples = rows.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`)
  return sql`(VALUES ${sql.join(tuples)})`
}
