import { type RawBuilder, sql } from 'kysely'

/**
 * Rows of texts for `with`, so that what they name is looked for by joining
 * them. PostgreSQL may look for one of a list of tuples by its first column
 * alone, and compare all it finds with all that are listed, as long as it has
 * not counted the table's rows.
 */
export function valuesTable<Column extends string>(
  rows: readonly Readonly<Record<Column, string>>[],
  columns: readonly Column[]
): RawBuilder<Record<Column, string>> {
  const tuples = rows.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`)
  return sql`(VALUES ${sql.join(tuples)})`
}
