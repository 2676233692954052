import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { it } from 'node:test'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { labTables, openFlowsLab, someSteps } from '../helpers/flows-lab.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { viewProblems } from './view.ts'

it('the check after kills finds an event that the view of flows has twice, or lacks', async (t) => {
  const folder = temporaryFolder(t)
  const store = openSqliteStore({ folder, parts: labTables, onFatal: assert.ifError })
  const lab = openFlowsLab(store)
  const follower = lab.follow()
  await lab.publish(someSteps(60))
  await lab.upToDate()
  await follower.close()
  await store.close()
  assert.deepEqual(await viewProblems(folder), [])
  const harm = (sql: string): void => {
    const db = new DatabaseSync(join(folder, 'store.sqlite'))
    db.exec(sql)
    db.close()
  }
  harm(`UPDATE "flowTerms" SET events = events || substr(events, 1, 2) WHERE term = 'tdocument.issued.v1'`)
  assert.deepEqual(await viewProblems(folder), ['the view of flows is not what is made again: terms'])
  harm('DELETE FROM "flowSteps" WHERE number = 7')
  assert.deepEqual(await viewProblems(folder), ['the view of flows is not what is made again: steps'])
})
