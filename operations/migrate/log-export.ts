import type { DatabaseSync } from 'node:sqlite'
import { type Row as ArchiveRow, toArchived } from '#bus/archive/archive-rows.ts'
import { eventsOfKeySql } from '#bus/archive/key-runs.ts'
import { createBodyReader } from '#bus/archive/stored-bodies.ts'
import { pathIn, type StoredToken } from '#bus/archive/stored-proofs.ts'
import type { ArchiveLogTables } from '#bus/archive-log/archive-log-tables.ts'
import { entries, type ReadEntry, toLogRecord } from '#bus/archive-log/entries.ts'
import type { EventTypes } from '#bus/registry/event-types.ts'
import { activityTopic } from '#engines/event-log/activity-topic.ts'
import type { ReservationTables } from '#engines/event-log/kafka/reservation-tables.ts'
import { kyselyOn } from '#engines/store/sqlite/kysely-on-sqlite.ts'
import type { Tables } from '#engines/store/store.ts'
import { topicOf } from '#protocol/events/event.ts'
import { toArchivedRecord } from './archived-record.ts'
import type { FillRecord } from './fill-topics.ts'

type StoredReceipt = ReservationTables['logReceipts']

/** An id in the log, with the number of its receipt's token. */
export type StoredId = Omit<ReservationTables['logIds'], 'state' | 'owner' | 'leaseUntil'>

type Nodes = StoredToken['nodes']

interface ArchivedRow extends ArchiveRow {
  readonly receipt: string
  readonly receiptNodes: Nodes
  readonly signature: string
  readonly signatureNodes: Nodes
}

interface NamedRow extends StoredId {
  /** The token whose nodes the path may be places among; null in the log. */
  readonly nodesOf: number | null
}

/**
 * The log of a bus on one machine, to be copied to another engine: every archived event as a record, and the other
 * entries of the log. Nobody else may be writing it.
 */
export interface LogExport {
  /** Reads the whole archive. */
  contents(): LogContents
  /** Number of events that the log itself has after a position. */
  eventsAfter(position: number): number
  /**
   * The events in the order in which they were archived, then everything else in the order in which it was appended.
   * Throws `BUS_CONFIG_INVALID` for an event whose schema is not known.
   */
  records(codecOf: EventTypes['codecOf']): Iterable<FillRecord>
  idCount(): number
  /** Ids in the order of source and id, byte by byte; only those after `after`, if given. */
  ids(after?: Pick<StoredId, 'source' | 'id'>): Iterable<StoredId>
  receiptCount(): number
  /** Receipt tokens in the order of their numbers; only those after `after`, if given. */
  receipts(after?: Pick<StoredReceipt, 'number'>): Iterable<StoredReceipt>
}

export interface LogContents {
  /** Number of records of each topic. */
  readonly topics: ReadonlyMap<string, number>
  /** The schemas that archived events were written by; null if it was not noted for some. */
  readonly schemaIds: ReadonlySet<number | null>
}

/** What the projector took from the log is also in the archive. */
const notArchived = `(e.topic = '${activityTopic}' OR NOT EXISTS (
  SELECT 1 FROM "archiveEvents" a WHERE a.source = e.source AND a.id = e.id
    AND a.number IN (${eventsOfKeySql('TEXT_KEY(e.source || char(10) || e.id)')})
))`

const archivedSql = `
  SELECT e.*, r.token AS receipt, r.nodes AS "receiptNodes", s.token AS signature, s.nodes AS "signatureNodes" FROM "archiveEvents" e
  JOIN "archiveTokens" r ON r.number = e."receiptToken"
  LEFT JOIN "archiveTokens" s ON s.number = e."signatureToken"
  ORDER BY e.number`

/** Without the nodes: what is sorted would be several kilobytes an event. */
const idsSql = `
  SELECT source, id, hash, "recordedTime", "receiptToken" AS receipt, "receiptIndex" AS leaf,
    "receiptSize" AS size, "receiptPath" AS path, "receiptToken" AS "nodesOf"
  FROM "archiveEvents" WHERE (source, id) > ($source, $id)
  UNION ALL
  SELECT source, id, hash, "recordedTime", receipt + $first, leaf, size, path, NULL
  FROM "logEntries" e WHERE (source, id) > ($source, $id) AND ${notArchived}
  ORDER BY source, id`

const archivedReceipts = 'number IN (SELECT "receiptToken" FROM "archiveEvents")'
const entryReceipts = `number IN (SELECT receipt FROM "logEntries" e WHERE ${notArchived})`

export function createLogExport(db: DatabaseSync): LogExport {
  const numberIn = (sql: string, ...values: readonly (string | number)[]): number =>
    Number(db.prepare(sql).get(...values)?.n ?? 0)
  const allEntries = entries(kyselyOn(db) as Tables<ArchiveLogTables>).compile().sql
  const entriesSql = `SELECT * FROM (${allEntries}) e WHERE ${notArchived} ORDER BY e.position`
  /** The tokens of the log are numbered after those of the archive. */
  const firstOfLog = (): number => numberIn('SELECT max(number) AS n FROM "archiveTokens"')

  return {
    contents() {
      const events = db
        .prepare('SELECT type, "schemaId", count(*) AS n FROM "archiveEvents" GROUP BY type, "schemaId"')
        .all()
      const others = db
        .prepare(`SELECT topic, count(*) AS n FROM "logEntries" e WHERE ${notArchived} GROUP BY topic`)
        .all()
      const topics = new Map<string, number>()
      for (const { type, topic, n } of [...events, ...others]) {
        const name = type === undefined ? String(topic) : topicOf(String(type))
        topics.set(name, (topics.get(name) ?? 0) + Number(n))
      }
      const schemaIds = events.map(({ schemaId }) => (schemaId === null ? null : Number(schemaId)))
      return { topics, schemaIds: new Set(schemaIds) }
    },

    eventsAfter: (position) =>
      numberIn(
        `SELECT count(*) AS n FROM "logEntries" WHERE position > ? AND topic <> '${activityTopic}'`,
        position
      ),

    *records(codecOf) {
      const bodyOf = bodiesIn(db)
      for (const row of db.prepare(archivedSql).iterate()) {
        const event = row as unknown as ArchivedRow
        const tokens = new Map([
          [event.receiptToken, { token: event.receipt, nodes: event.receiptNodes }],
          [event.signatureToken ?? 0, { token: event.signature, nodes: event.signatureNodes }]
        ])
        yield toArchivedRecord(toArchived({ ...event, body: bodyOf(event.body) }, tokens), codecOf)
      }
      for (const row of db.prepare(entriesSql).iterate()) yield toLogRecord(row as unknown as ReadEntry)
    },

    idCount: () =>
      numberIn('SELECT count(*) AS n FROM "archiveEvents"') +
      numberIn(`SELECT count(*) AS n FROM "logEntries" e WHERE ${notArchived}`),

    *ids({ source, id } = { source: '', id: '' }) {
      const rows = db.prepare(idsSql).iterate({ source, id, first: firstOfLog() })
      const nodes = db.prepare('SELECT nodes FROM "archiveTokens" WHERE number = ?')
      for (const { nodesOf, path, ...row } of rows as Iterable<unknown> as Iterable<NamedRow>) {
        const token = nodesOf === null || path === '' ? undefined : nodes.get(nodesOf)
        yield { ...row, path: pathIn(path, (token?.nodes as Nodes | undefined) ?? null).join(' ') }
      }
    },

    receiptCount: () =>
      numberIn(`SELECT count(*) AS n FROM "archiveTokens" WHERE ${archivedReceipts}`) +
      numberIn(`SELECT count(*) AS n FROM "logTokens" WHERE ${entryReceipts}`),

    *receipts({ number } = { number: 0 }) {
      const first = firstOfLog()
      const ofArchive = `SELECT number, token FROM "archiveTokens" WHERE number > ? AND ${archivedReceipts} ORDER BY number`
      yield* db.prepare(ofArchive).iterate(number) as Iterable<unknown> as Iterable<StoredReceipt>
      const ofLog = `SELECT number, token FROM "logTokens" WHERE number > ? AND ${entryReceipts} ORDER BY number`
      for (const row of db.prepare(ofLog).iterate(number - first))
        yield { number: first + Number(row.number), token: String(row.token) }
    }
  }
}

/** Reads the bodies of a store, as `createBodyReader` does. */
export function bodiesIn(db: DatabaseSync): (stored: string) => string {
  const block = db.prepare('SELECT texts FROM "archiveBodies" WHERE number = ?')
  return createBodyReader((number) => block.get(number)?.texts as Uint8Array | undefined)
}
