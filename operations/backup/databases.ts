import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'

/** Opens a database to read it. */
export function withDatabase<T>(file: string | URL, use: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    return use(db)
  } finally {
    db.close()
  }
}

/** A database that nobody writes to, so that SQLite adds no files beside it. */
export function unchanging(file: string): URL {
  return new URL('?immutable=1', pathToFileURL(file))
}
