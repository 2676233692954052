import { type Expression, sql } from 'kysely'

/** A text of the code that stands in the statement itself, so that an index with a condition on it is used. */
export function literal<Text extends string>(text: Text): Expression<Text> {
  return sql.lit(text)
}
