import assert from 'node:assert/strict'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { it } from 'node:test'
import { createScan } from '#consumers/inbox/scan.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { tablesOfAllParts } from '#runtime/tables.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

it('SQLite finds entries of types by their index, and not by looking through the inbox', async (t) => {
  const folder = temporaryFolder(t)
  const store = openSqliteStore({ folder, parts: tablesOfAllParts, onFatal: () => {} })
  t.after(() => store.close())
  await store.transaction(async () => {})
  const asked: string[] = []
  const prepare = DatabaseSync.prototype.prepare
  t.mock.method(DatabaseSync.prototype, 'prepare', function (this: DatabaseSync, sql: string) {
    asked.push(sql)
    return prepare.call(this, sql)
  })
  const { entriesFrom } = createScan({
    store,
    control: { state: {} as never, sync: async () => {} },
    stands: () => true,
    endDue: async () => false
  })
  for (const types of [['a.b.v1'], ['a.b.v1', 'c.d.v1']]) {
    await entriesFrom([1, 9], 'A', { limit: 5, types, turn: () => undefined })
  }
  t.mock.restoreAll()
  const db = new DatabaseSync(`${folder}/store.sqlite`)
  t.after(() => db.close())
  const ofTypes = asked.filter((sql) => sql.includes('"inboxEntries"') && sql.includes('"type" ='))
  assert.equal(ofTypes.length, 2)
  for (const sql of ofTypes) {
    const values: SQLInputValue[] = Array(sql.split('?').length - 1).fill(1)
    const [step] = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values)
    assert.match(String(step?.detail), /INDEX inboxEntriesByType \(agency=\? AND type=\? AND number>/, sql)
  }
})
