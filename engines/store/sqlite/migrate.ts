import type { DatabaseSync } from 'node:sqlite'
import type { TablesOfPart } from '../store.ts'

/** Brings the tables of all parts up to date. Each migration is a transaction. */
export function migrate(db: DatabaseSync, parts: readonly TablesOfPart[]): void {
  db.exec('CREATE TABLE IF NOT EXISTS "storeMigrations" (part text PRIMARY KEY, done bigint NOT NULL)')
  const doneOf = db.prepare('SELECT done FROM "storeMigrations" WHERE part = ?')
  const setDone = db.prepare(
    'INSERT INTO "storeMigrations" (part, done) VALUES (?, ?) ON CONFLICT (part) DO UPDATE SET done = excluded.done'
  )
  for (const { part, migrations } of parts) {
    const done = Number(doneOf.get(part)?.done ?? 0)
    for (const [index, statements] of migrations.entries()) {
      if (index < done) continue
      db.exec('BEGIN IMMEDIATE')
      for (const statement of statements) {
        db.exec(
          statement
            .replaceAll('BIGINT_KEY', 'INTEGER PRIMARY KEY')
            .replaceAll('IN_KEY_ORDER', 'WITHOUT ROWID')
        )
      }
      setDone.run(part, index + 1)
      db.exec('COMMIT')
    }
  }
}
