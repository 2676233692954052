import assert from 'node:assert/strict'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { it } from 'node:test'
import { openSqliteEventLog } from '#engines/event-log/sqlite/sqlite-event-log.ts'
import { collect, eventLogContract, newRecord } from '../../contracts/event-log.contract.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const open = (folder: string) => openSqliteEventLog({ folder, onFatal: () => {} })

eventLogContract('sqlite', async (t) => {
  const folder = temporaryFolder(t)
  const log = await open(folder)
  t.after(() => log.close())
  return { log, reopen: () => open(folder) }
})

it('keeps what one append got wrong from those it was grouped with', async (t) => {
  const log = await open(temporaryFolder(t))
  t.after(() => log.close())
  const wrong = newRecord({ topic: undefined as never })
  const outcomes = await Promise.allSettled([
    log.append([newRecord()]),
    log.append([newRecord(), wrong]),
    log.append([newRecord()])
  ])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled']
  )
  assert.equal((await collect(t, log, 2)).length, 2)
  assert.deepEqual(await log.ends(), new Map([['log', 2]]))
})

it('refuses a receipt whose path it could not give back', async (t) => {
  const log = await open(temporaryFolder(t))
  t.after(() => log.close())
  const receipt = { ...newRecord().receipt, path: ['c2hvcnQ'] }
  await assert.rejects(log.append([newRecord({ receipt })]), TypeError)
  assert.deepEqual(await log.ends(), new Map())
})

it('knows a repeat, and goes on numbering, when old records are trimmed', async (t) => {
  const folder = temporaryFolder(t)
  const record = newRecord()
  const log = await open(folder)
  await log.append([newRecord(), record])
  await log.close()
  const db = new DatabaseSync(join(folder, 'log.sqlite'))
  db.exec('DELETE FROM records')
  db.close()
  const again = await open(folder)
  t.after(() => again.close())
  const [repeated, appended] = await again.append([record, newRecord()])
  assert.deepEqual(repeated, {
    outcome: 'repeated',
    recordedTime: record.recordedTime,
    receipt: record.receipt
  })
  assert.equal(appended?.outcome, 'appended')
  assert.deepEqual(
    (await collect(t, again, 1)).map(({ position, offset }) => [position, offset]),
    [[3, 2]]
  )
})

it('keeps its write-ahead log short however much is appended, also while pages are read in part', async (t) => {
  const folder = temporaryFolder(t)
  const log = await open(folder)
  t.after(() => log.close())
  await log.append(Array.from({ length: 3 }, () => newRecord({ value: Buffer.alloc(2_097_152) })))
  await collect(t, log, 3) // Takes two pages, the first cut off by size.
  for (let n = 0; n < 100; n += 1) {
    await log.append(Array.from({ length: 20 }, () => newRecord({ value: Buffer.alloc(20_000) })))
  }
  const bytes = statSync(join(folder, 'log.sqlite-wal')).size
  assert.ok(bytes < 12_000_000, `${bytes} bytes after 40 MB`)
})

it('refuses to open what is no log, and ends no process for it', async (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'log.sqlite'), 'no database, and long enough to be looked at'.repeat(100))
  let fatal = 0
  const opening = openSqliteEventLog({
    folder,
    onFatal: () => {
      fatal += 1
    }
  })
  await assert.rejects(opening, { code: 'BUS_LOG_UNAVAILABLE' })
  assert.equal(fatal, 0)
})
