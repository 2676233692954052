import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createArchive } from '#bus/archive/archive.ts'
import { archiveTables } from '#bus/archive/archive-tables.ts'
import { pathIn } from '#bus/archive/stored-proofs.ts'
import type { ArchiveLogTables } from '#bus/archive-log/archive-log-tables.ts'
import { entries, receiptOf, toLogRecord } from '#bus/archive-log/entries.ts'
import type { NewRecord } from '#engines/event-log/event-log.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { bodiesIn } from '#operations/migrate/log-export.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { createPayloadCodec, type PayloadCodec } from '#protocol/events/payload-codec.ts'
import { toRecord, withReceipt } from '#protocol/events/record.ts'
import { tablesOnOneMachine } from '#runtime/tables.ts'
import { writeLogFile } from './log-file.ts'
import type { TestBus } from './test-bus.ts'

/**
 * Closes a bus, and makes its data folder one that release 0.1.0 left: with a log of its own, and a store that has
 * projected all of it.
 */
export async function asReleaseBefore(bus: TestBus): Promise<void> {
  const file = join(bus.folder, 'store.sqlite')
  const codecs = await codecsOf(bus, file)
  await bus.bus.close()
  const records = await recordsIn(bus.folder, codecs)
  writeLogFile(bus.folder, records).close()
  asStoreBefore(file)
}

/** Makes a store, or its copy, one of release 0.1.0. */
export function asStoreBefore(file: string): void {
  const db = new DatabaseSync(file)
  writeOutPaths(db)
  writeOutBodies(db)
  db.exec(`
    INSERT OR REPLACE INTO "projectorPositions"
      SELECT 'log', (SELECT count(*) FROM "logEntries") + (SELECT count(*) FROM "archiveEvents");
    DROP TABLE "logEntries"; DROP TABLE "logOffsets"; DROP TABLE "logTokens";
    DROP TABLE "archiveKeys"; DROP TABLE "archiveRuns"; DROP TABLE "archiveBodies"; DELETE FROM "storeMigrations" WHERE part = 'archive-log';
    ALTER TABLE "archiveEvents" RENAME TO "archiveEventsNow"; DROP INDEX "archiveEventsBySubject";
    ${archiveBefore};
    ALTER TABLE "archiveEventsNow" DROP COLUMN "schemaId"; ALTER TABLE "archiveTokens" DROP COLUMN nodes;
    INSERT INTO "archiveEvents" SELECT * FROM "archiveEventsNow"; DROP TABLE "archiveEventsNow";
    UPDATE "storeMigrations" SET done = 2 WHERE part = 'archive';
    UPDATE "storeMeta" SET value = '{"format":1,"release":"0.1.0"}' WHERE name = 'format'`)
  db.close()
}

/** With an index of hashes. */
const archiveBefore = [archiveTables.migrations[0]?.[0], archiveTables.migrations[1]?.[0]]
  .join(';')
  .replaceAll('BIGINT_KEY', 'INTEGER PRIMARY KEY')

/** That release stored the nodes of its paths with each event. */
function writeOutPaths(db: DatabaseSync): void {
  for (const kind of ['receipt', 'signature']) {
    const rows = db
      .prepare(
        `SELECT e.number, "${kind}Path" AS path, nodes FROM "archiveEvents" e JOIN "archiveTokens" t ON t.number = "${kind}Token"`
      )
      .all()
    const update = db.prepare(`UPDATE "archiveEvents" SET "${kind}Path" = ? WHERE number = ?`)
    for (const { number, path, nodes } of rows) {
      update.run(pathIn(String(path), nodes as Uint8Array | null).join(' '), Number(number))
    }
  }
}

function writeOutBodies(db: DatabaseSync): void {
  const bodyOf = bodiesIn(db)
  const update = db.prepare('UPDATE "archiveEvents" SET body = ? WHERE number = ?')
  for (const { number, body } of db.prepare('SELECT number, body FROM "archiveEvents"').all())
    update.run(bodyOf(String(body)), Number(number))
}

async function codecsOf({ operator }: TestBus, file: string): Promise<ReadonlyMap<number, PayloadCodec>> {
  const db = new DatabaseSync(file, { readOnly: true })
  const ids = db.prepare('SELECT DISTINCT "schemaId" AS id FROM "archiveEvents"').all()
  db.close()
  const codecs = ids.map(async ({ id }) => {
    const { schema } = await operator.get<{ readonly schema: string }>(`/registry/schemas/ids/${id}`)
    return [Number(id), createPayloadCodec(schema)] as const
  })
  return new Map(await Promise.all(codecs))
}

/** All records that the log of the release before would have, in the order of their times. */
async function recordsIn(
  folder: string,
  codecs: ReadonlyMap<number, PayloadCodec>
): Promise<readonly NewRecord[]> {
  const store = openSqliteStore({ folder, parts: tablesOnOneMachine, onFatal: () => {} })
  const archive = createArchive(store)
  const last = (await archive.last())?.number ?? 0
  const archived = await archive.byNumbers(Array.from({ length: last }, (_, index) => index + 1))
  const rows = await entries(store.reader<ArchiveLogTables>()).orderBy('position').execute()
  await store.close()
  const events = [...archived.values()].map(({ receipt, schemaId = 0, ...facts }) => {
    const codec = codecs.get(schemaId)
    if (!codec) throw new TypeError(`no schema ${schemaId}`)
    return withReceipt(toRecord(JSON.parse(facts.body) as BusEvent, { ...facts, codec, schemaId }), receipt)
  })
  const others = rows.map((row) => ({ ...row, ...toLogRecord(row), receipt: receiptOf(row) }))
  return [...others, ...events].sort((a, b) => (a.recordedTime < b.recordedTime ? -1 : 1))
}
