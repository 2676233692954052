import type { Compilable, CompiledQuery } from 'kysely'
import type { Tables } from './store.ts'

/**
 * Statements over a list, by the number of its rows. Each is built once for a database and reused with other values,
 * because building it costs more than running it.
 */
export function statementsOf<DB>(
  build: (db: Tables<DB>, count: number) => Compilable
): (db: Tables<DB>, count: number) => CompiledQuery {
  const known = new WeakMap<object, Map<number, CompiledQuery>>()
  return (db, count) => {
    const ofDatabase = known.get(db) ?? new Map<number, CompiledQuery>()
    known.set(db, ofDatabase)
    const statement = ofDatabase.get(count) ?? build(db, count).compile()
    ofDatabase.set(count, statement)
    return statement
  }
}
