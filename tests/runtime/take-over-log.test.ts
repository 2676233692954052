import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it, type TestContext } from 'node:test'
import { appendEvents } from '#bus/archive/append-events.ts'
import { createArchive } from '#bus/archive/archive.ts'
import type { ArchivedEvent } from '#bus/archive/archived-event.ts'
import { type ArchiveLog, openArchiveLog } from '#bus/archive-log/archive-log.ts'
import { activityTopic } from '#engines/event-log/activity-topic.ts'
import type { LogRecord, NewRecord } from '#engines/event-log/event-log.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { WorkingStore } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { appendingWriter } from '#runtime/appending-writer.ts'
import { tablesOfAllParts, tablesOnOneMachine } from '#runtime/tables.ts'
import { takeOverLog } from '#runtime/take-over-log.ts'
import { collect } from '../contracts/event-log.contract.ts'
import { killedAt, startScript } from '../helpers/child-script.ts'
import { writeLogFile } from '../helpers/log-file.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const silent = createLogger({ level: 'silent' })
const source = '/agencies/000.00.91.H03/systems/qlvb'
/** In three slices. */
const count = 1200
/** Up to here the projector had come. */
const projected = 1150
/** Of an event that it had quarantined. */
const quarantined = 778
const notProjected = (position: number): boolean => position === quarantined || position > projected
const isAct = (position: number): boolean => position <= 20 || position % 3 === 0
const schemaOf = (position: number): number => 100 + (position % 4)

const hashOf = (text: string) => createHash('sha256').update(text).digest()

/** The record at a position: acts at first, then events in batches of ten, which share their tokens, and steps between them. */
function recordAt(position: number): NewRecord {
  const id = isAct(position) ? `act-${position}` : `event ${position}`
  const batch = Math.floor(position / 10)
  const path = [hashOf(`a${position}`), hashOf(`b${position}`)].map((node) => node.toString('base64url'))
  const receipt = { token: `receipt of ${batch}`, index: position % 10, size: 10, path }
  const hash = hashOf(id).toString('hex')
  const named = isAct(position) ? { source: '/bus', id } : { source, id }
  const recordedTime = new Date(1_795_000_000_000 + position).toISOString()
  const value = Buffer.from(`\0....value of ${id}, Đã đến`)
  value.writeUInt32BE(schemaOf(position), 1)
  const headers = {
    ce_source: named.source,
    ce_id: id,
    bus_hash: hash,
    bus_receipt: JSON.stringify(receipt),
    ...(isAct(position)
      ? {}
      : { bus_signature: JSON.stringify({ ...receipt, token: `signature of ${batch}` }) })
  }
  const topic = isAct(position) ? activityTopic : 'lienthong.document'
  return {
    topic,
    key: Buffer.from(`subject ${position % 7}`),
    value,
    headers,
    ...named,
    hash,
    recordedTime,
    receipt
  }
}

function archivedOf(record: NewRecord, number: number): ArchivedEvent {
  const { id, hash, recordedTime, receipt } = record
  const signature = JSON.parse(record.headers.bus_signature ?? '')
  const facts = { act: 1, signature, receipt, hosted: false, traceparent: undefined }
  return {
    number,
    source,
    id,
    hash,
    recordedTime,
    type: 'document.issued.v1',
    subject: 's',
    body: `{"id":"${id}"}`,
    ...facts
  }
}

interface Scene {
  readonly folder: string
  readonly records: readonly NewRecord[]
}

interface SceneOptions {
  readonly change?: (records: NewRecord[]) => void
  readonly last?: number
}

/** A data folder as a bus of the release before left it. */
async function oldFolder(
  t: TestContext,
  { change = () => {}, last = count }: SceneOptions = {}
): Promise<Scene> {
  const folder = temporaryFolder(t)
  const store = openSqliteStore({ folder, parts: tablesOfAllParts, onFatal: assert.ifError })
  const records = Array.from({ length: last }, (_, index) => recordAt(index + 1))
  const events = records.filter((_, index) => !isAct(index + 1) && !notProjected(index + 1))
  await store.transaction((transaction) =>
    appendEvents(
      transaction,
      events.map((record, index) => archivedOf(record, index + 1))
    )
  )
  await store.close()
  const db = new DatabaseSync(join(folder, 'store.sqlite'))
  db.exec(`ALTER TABLE "archiveEvents" DROP COLUMN "schemaId"; ALTER TABLE "archiveTokens" DROP COLUMN nodes; DROP TABLE "archiveBodies";
    UPDATE "storeMigrations" SET done = 2 WHERE part = 'archive';
    INSERT INTO "controlActs" VALUES (1, '{}', '', ''); INSERT INTO "projectorPositions" VALUES ('log', ${Math.min(projected, last)});
    INSERT INTO "projectorQuarantine" VALUES ('log', ${quarantined}, 'lienthong.document', 'why', 1, NULL, NULL, NULL);
    INSERT INTO "storeMeta" VALUES ('format', '{"format":1,"release":"0.1.0"}')`)
  db.close()
  const written = [...records]
  change(written)
  writeLogFile(folder, written).close()
  return { folder, records }
}

async function takeOver(folder: string, logger = silent): Promise<WorkingStore> {
  const options = { folder, parts: tablesOnOneMachine, writer: appendingWriter }
  const store = openSqliteStore({ ...options, onFatal: assert.ifError })
  try {
    await takeOverLog({ folder, store, logger })
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

async function takenOver(t: TestContext, folder: string): Promise<ArchiveLog> {
  const store = await takeOver(folder)
  const log = await openArchiveLog({ store })
  t.after(async () => {
    await log.close()
    await store.close()
  })
  return log
}

/** Has the process that takes over kill itself at a failpoint. */
async function takeOverKilled(t: TestContext, folder: string, point: string): Promise<void> {
  const script = `
    import { openSqliteStore } from './engines/store/sqlite/sqlite-store.ts'
    import { createLogger } from './engines/telemetry/logger.ts'
    import { tablesOnOneMachine } from './runtime/tables.ts'
    import { takeOverLog } from './runtime/take-over-log.ts'
    const folder = ${JSON.stringify(folder)}
    const store = openSqliteStore({ folder, parts: tablesOnOneMachine, onFatal() {} })
    await takeOverLog({ folder, store, logger: createLogger({ level: 'silent' }) })`
  assert.equal(await startScript(t, killedAt(`take-over.${point}`, script)).ended(), 'SIGKILL', point)
}

/** All rows that a take-over touches. */
function rowsIn(folder: string): Record<string, unknown> {
  const db = new DatabaseSync(join(folder, 'store.sqlite'), { readOnly: true })
  const tables = [
    'logEntries',
    'logOffsets',
    'logTokens',
    'archiveEvents',
    'projectorPositions',
    'storeMeta',
    'projectorQuarantine'
  ]
  const rows = tables.map((table) => [table, db.prepare(`SELECT * FROM "${table}" ORDER BY 1, 2`).all()])
  db.close()
  return Object.fromEntries(rows)
}

describe('the log of an earlier release', () => {
  it('is taken over: records that are not in the archive as they were, at their positions, and schemas of those that are', async (t) => {
    const { folder, records } = await oldFolder(t)
    const log = await takenOver(t, folder)
    const copied = records.flatMap((record, index) =>
      isAct(index + 1) || notProjected(index + 1) ? [{ record, position: index + 1 }] : []
    )
    const read: readonly LogRecord[] = await collect(t, log, copied.length)
    assert.deepEqual(
      read.map(({ position, topic, key, value, headers }) => ({ position, topic, key, value, headers })),
      copied.map(({ position, record: { topic, key, value, headers } }) => ({
        ...{ position, topic, headers },
        ...{ key: new Uint8Array(key), value: new Uint8Array(value) }
      }))
    )
    const held = await log.find(records)
    assert.deepEqual(
      held.map((one) => one && { ...one }),
      records.map(({ hash, recordedTime, receipt }) => ({ hash, recordedTime, receipt }))
    )
    const rows = rowsIn(folder) as { archiveEvents: readonly { id: string; schemaId: number }[] }
    for (const { id, schemaId } of rows.archiveEvents)
      assert.equal(schemaId, schemaOf(Number(id.slice('event '.length))))
    const next = await log.append([recordAt(count + 3)]) // An act's place.
    assert.deepEqual(next, [{ outcome: 'appended' }])
    assert.deepEqual(await log.ends(), new Map([['log', count + 1]]))
  })

  it('leaves no note of how far the take-over has come once it is finished', async (t) => {
    const { folder } = await oldFolder(t)
    await takeOverKilled(t, folder, 'before-finish')
    const notes = () => (rowsIn(folder).storeMeta as { name: string }[]).map(({ name }) => name)
    assert.ok(notes().includes('logTakeOver'))
    await (await takeOver(folder)).close()
    assert.deepEqual(notes(), ['format'])
  })

  it('lets the projector go on where it was, and never beyond the last entry', async (t) => {
    const positionIn = ({ folder }: Scene) =>
      (rowsIn(folder).projectorPositions as { position: number }[])[0]?.position
    const behind = await oldFolder(t)
    await (await takeOver(behind.folder)).close()
    assert.equal(positionIn(behind), projected)
    const done = await oldFolder(t, { last: 1000 })
    await (await takeOver(done.folder)).close()
    assert.equal(positionIn(done), 999)
  })

  it('is kept under another name, also what a crash left of its write-ahead log', async (t) => {
    const scene = await oldFolder(t)
    const [other, folder] = [temporaryFolder(t), temporaryFolder(t)]
    const db = writeLogFile(other, scene.records)
    for (const name of ['log.sqlite', 'log.sqlite-wal']) cpSync(join(other, name), join(folder, name))
    db.close()
    cpSync(join(scene.folder, 'store.sqlite'), join(folder, 'store.sqlite'))
    for (let start = 1; start <= 2; start += 1) {
      const warnings: string[] = []
      const logger = createLogger({
        level: 'warn',
        destination: { write: (line) => void warnings.push(line) }
      })
      await (await takeOver(folder, logger)).close()
      assert.ok(!readdirSync(folder).some((name) => /^log\.sqlite(?:-|$)/.test(name)))
      assert.match(warnings.join(), /log\.sqlite\.taken-over".*delete the file/, `start ${start}`)
    }
    const kept = new DatabaseSync(join(folder, 'log.sqlite.taken-over'))
    assert.equal(kept.prepare('SELECT count(*) AS n FROM records').get()?.n, count)
    kept.close()
    // A restored backup brings it again.
    for (const name of ['log.sqlite', 'store.sqlite']) cpSync(join(scene.folder, name), join(folder, name))
    await (await takeOver(folder)).close()
    assert.ok(
      existsSync(join(folder, 'log.sqlite.taken-over')) && existsSync(join(folder, 'log.sqlite.taken-over.2'))
    )
  })

  it('is taken over to the same rows wherever the bus was killed meanwhile', async (t) => {
    const { folder } = await oldFolder(t)
    const uninterrupted = temporaryFolder(t)
    cpSync(folder, uninterrupted, { recursive: true })
    await (await takeOver(uninterrupted)).close()
    const points = ['before-commit', 'after-commit', 'renamed'].flatMap((point) =>
      [1, 2, 3].map((hit) => `${point}:${hit}`)
    )
    for (const point of [...points, 'before-finish', 'after-finish']) {
      const killed = temporaryFolder(t)
      cpSync(folder, killed, { recursive: true })
      await takeOverKilled(t, killed, point)
      await (await takeOver(killed)).close()
      assert.deepEqual(rowsIn(killed), rowsIn(uninterrupted), point)
      assert.deepEqual(
        readdirSync(killed)
          .filter((name) => name.startsWith('log'))
          .sort(),
        readdirSync(uninterrupted)
          .filter((name) => name.startsWith('log'))
          .sort(),
        point
      )
    }
  })

  it('is taken over anew if the earlier release has run in between', async (t) => {
    const { folder, records } = await oldFolder(t)
    await takeOverKilled(t, folder, 'before-finish')
    // It has projected the rest.
    const store = openSqliteStore({ folder, parts: tablesOfAllParts, onFatal: assert.ifError })
    const archive = createArchive(store)
    const last = (await archive.last())?.number ?? 0
    const rest = records.slice(projected).filter(({ topic }) => topic !== activityTopic)
    await store.transaction((transaction) =>
      appendEvents(
        transaction,
        rest.map((record, index) => archivedOf(record, last + 1 + index))
      )
    )
    await store.close()
    const db = new DatabaseSync(join(folder, 'store.sqlite'))
    db.exec(`UPDATE "projectorPositions" SET position = ${count}`)
    db.close()
    await (await takeOver(folder)).close()
    const rows = rowsIn(folder) as {
      archiveEvents: { schemaId: number }[]
      logEntries: { topic: string; position: number }[]
    }
    assert.ok(rows.archiveEvents.every(({ schemaId }) => schemaId >= 100))
    assert.deepEqual(
      rows.logEntries.filter(({ topic }) => topic !== activityTopic).map(({ position }) => position),
      [quarantined]
    )
  })

  const changes: Readonly<Record<string, (records: NewRecord[]) => void>> = {
    'another hash': changing((record) => ({ ...record, hash: hashOf('another').toString('hex') })),
    'another time': changing((record) => ({ ...record, recordedTime: '2026-01-01T00:00:00.000Z' })),
    'another receipt': changing(({ receipt, ...record }) => ({
      ...record,
      receipt: { ...receipt, index: 0 }
    })),
    'another path': changing(({ receipt, ...record }) => ({ ...record, receipt: { ...receipt, path: [] } })),
    'another token': changing(({ receipt, ...record }) => ({
      ...record,
      receipt: { ...receipt, token: 'x' }
    })),
    'another name': changing(({ headers, ...record }) => ({
      ...{ ...record, id: 'other' },
      headers: { ...headers, ce_id: 'other' }
    })),
    'no schema': changing((record) => ({ ...record, value: Buffer.from('no schema') }))
  }
  for (const [what, change] of Object.entries(changes)) {
    it(`is not taken over if a record of it has ${what}, and nothing is lost`, async (t) => {
      const { folder } = await oldFolder(t, { change })
      const before = rowsIn(await copied(t, folder))
      await assert.rejects(takeOver(folder), {
        ...{ code: 'BUS_CONFIG_INVALID', fault: 'log-file-differs' },
        values: { folder, position: 601 }
      })
      const { projectorPositions, projectorQuarantine } = rowsIn(folder)
      assert.deepEqual({ projectorPositions, projectorQuarantine }, pick(before))
      assert.ok(existsSync(join(folder, 'log.sqlite')))
    })
  }

  it('is not taken over if it lacks events of the archive, or was lost', async (t) => {
    const shorter = await oldFolder(t, { last: 1000, change: (records) => records.splice(950) })
    await assert.rejects(takeOver(shorter.folder), { fault: 'log-file-differs' })
    rmSync(join(shorter.folder, 'log.sqlite'))
    await assert.rejects(takeOver(shorter.folder), { fault: 'log-file-missing' })
  })
})

function changing(change: (record: NewRecord) => NewRecord): (records: NewRecord[]) => void {
  return (records) => {
    records[600] = change(recordAt(601))
  }
}

/** The folder with today's tables, and nothing taken over. */
async function copied(t: TestContext, folder: string): Promise<string> {
  const copy = temporaryFolder(t)
  cpSync(folder, copy, { recursive: true })
  await openSqliteStore({ folder: copy, parts: tablesOnOneMachine, onFatal: assert.ifError }).close()
  return copy
}

function pick({ projectorPositions, projectorQuarantine }: Record<string, unknown>): object {
  return { projectorPositions, projectorQuarantine }
}
