import { inChunks } from '#engines/store/chunks.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { Store, StoreTransaction, Tables } from '#engines/store/store.ts'
import { insertEvents, insertTokens, type Row, toArchived, toRow } from './archive-rows.ts'
import type { ArchiveTables } from './archive-tables.ts'
import type { ArchivedEvent, NewArchivedEvent } from './archived-event.ts'

/** Every accepted event, in the order of projection. */
export interface Archive {
  /**
   * Returns the events that are new, each with the number under which this transaction must append it. The
   * log may contain an event twice: if the process that appended it died before it knew, a repeat appends
   * it again.
   */
  number<T extends NewArchivedEvent>(
    transaction: StoreTransaction,
    events: readonly T[]
  ): Promise<readonly (T & Pick<ArchivedEvent, 'number'>)[]>
  /** Appends events that `number` returned. */
  append(transaction: StoreTransaction, events: readonly ArchivedEvent[]): Promise<void>
  /** An agency's events about some subjects; those of each, oldest first. */
  ofSubjects(
    agency: string,
    subjects: readonly string[]
  ): Promise<readonly Pick<ArchivedEvent, 'number' | 'type' | 'subject' | 'recordedTime'>[]>
  /** Numbers of the events of these types about a subject, whoever sent them. */
  numbersAbout(subject: string, types: readonly string[]): Promise<readonly number[]>
  /** Some of an agency's events about a subject, with numbers between two others; sees those that the transaction itself appended. */
  someOfSubject(
    transaction: StoreTransaction,
    query: {
      readonly agency: string
      readonly subject: string
      readonly after: number
      readonly before: number
      readonly limit: number
    }
  ): Promise<readonly Pick<ArchivedEvent, 'number' | 'type'>[]>
  /** Number and recorded time of the last event; undefined if there is none. */
  last(): Promise<Pick<ArchivedEvent, 'number' | 'recordedTime'> | undefined>
  /**
   * Names of events by number; sees those that the transaction itself appended. Leaves out numbers that do
   * not exist.
   */
  namesOf(
    numbers: readonly number[],
    transaction?: StoreTransaction
  ): Promise<ReadonlyMap<number, Pick<ArchivedEvent, 'source' | 'id' | 'hash' | 'type' | 'subject'>>>
  /** Numbers of events by hash. Leaves out hashes of no archived event. */
  numbersOf(hashes: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** The events after a number without what they say, oldest first. */
  headsAfter(number: number, limit: number): Promise<readonly EventHead[]>
  byHash(hash: string): Promise<ArchivedEvent | undefined>
  /** What decides whether an event may be read; takes as long for one that does not exist. */
  findByHash(hash: string): Promise<Pick<ArchivedEvent, 'number' | 'source'> | undefined>
  /** Events by number. Leaves out numbers that do not exist. */
  byNumbers(numbers: readonly number[]): Promise<ReadonlyMap<number, ArchivedEvent>>
}

export type EventHead = Pick<
  ArchivedEvent,
  'number' | 'hash' | 'source' | 'type' | 'subject' | 'recordedTime'
>

export function createArchive(store: Store): Archive {
  const tables = (): Tables<ArchiveTables> => store.reader<ArchiveTables>()

  const withProofs = async (rows: readonly Row[]): Promise<readonly ArchivedEvent[]> => {
    const numbers = new Set(rows.flatMap((row) => [row.receiptToken, row.signatureToken ?? row.receiptToken]))
    const found = await inChunks([...numbers], (some) =>
      tables().selectFrom('archiveTokens').selectAll().where('number', 'in', some).execute()
    )
    const tokens = new Map(found.map(({ number, token }) => [number, token]))
    return rows.map((row) => toArchived(row, tokens))
  }

  return {
    async number(transaction, events) {
      const db = transaction.tables<ArchiveTables>()
      const [known, last] = await pipeline([hashesOf(db, events), lastNumber(db)])
      const fresh = events.filter(({ hash }) => !known.has(hash) && known.add(hash))
      return fresh.map((event, index) => ({ ...event, number: last + 1 + index }))
    },

    async append(transaction, events) {
      const tokens = new Map<string, number>()
      const rows = events.map((event) => toRow(event, tokens))
      const tokenRows = [...tokens].map(([token, number]) => ({ number, token }))
      await pipeline([insertEvents(transaction, rows), insertTokens(transaction, tokenRows)])
    },

    async ofSubjects(agency, subjects) {
      return inChunks(subjects, (some) => ofAgency(tables(), agency).where('subject', 'in', some).execute())
    },

    async numbersAbout(subject, types) {
      const rows = await inChunks(types, (some) =>
        tables()
          .selectFrom('archiveEvents')
          .select('number')
          .where('subject', '=', subject)
          .where('type', 'in', some)
          .execute()
      )
      return rows.map(({ number }) => number)
    },

    async someOfSubject(transaction, { agency, subject, after, before, limit }) {
      return ofAgency(transaction.tables(), agency)
        .where('subject', '=', subject)
        .where('number', '>', after)
        .where('number', '<', before)
        .limit(limit)
        .execute()
    },

    last() {
      return tables()
        .selectFrom('archiveEvents')
        .select(['number', 'recordedTime'])
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst()
    },

    async namesOf(numbers, transaction) {
      const db = transaction?.tables<ArchiveTables>() ?? tables()
      const rows = await inChunks(numbers, (some) =>
        db
          .selectFrom('archiveEvents')
          .select(['number', 'source', 'id', 'hash', 'type', 'subject'])
          .where('number', 'in', some)
          .execute()
      )
      return new Map(rows.map((row) => [row.number, row]))
    },

    async numbersOf(hashes) {
      const rows = await inChunks(hashes, (some) =>
        tables().selectFrom('archiveEvents').select(['hash', 'number']).where('hash', 'in', some).execute()
      )
      return new Map(rows.map(({ hash, number }) => [hash, number]))
    },

    headsAfter(number, limit) {
      return tables()
        .selectFrom('archiveEvents')
        .select(['number', 'hash', 'source', 'type', 'subject', 'recordedTime'])
        .where('number', '>', number)
        .orderBy('number')
        .limit(limit)
        .execute()
    },

    findByHash(hash) {
      return tables()
        .selectFrom('archiveEvents')
        .select(['number', 'source'])
        .where('hash', '=', hash)
        .executeTakeFirst()
    },

    async byHash(hash) {
      const rows = await tables().selectFrom('archiveEvents').selectAll().where('hash', '=', hash).execute()
      return (await withProofs(rows))[0]
    },

    async byNumbers(numbers) {
      const rows = await inChunks(numbers, (some) =>
        tables().selectFrom('archiveEvents').selectAll().where('number', 'in', some).execute()
      )
      return new Map((await withProofs(rows)).map((event) => [event.number, event]))
    }
  }
}

function ofAgency(db: Tables<ArchiveTables>, agency: string) {
  return db
    .selectFrom('archiveEvents')
    .select(['number', 'type', 'subject', 'recordedTime'])
    .where('source', '>=', `/agencies/${agency}/`)
    .where('source', '<', `/agencies/${agency}0`) // '0' is the character after '/'.
    .orderBy('number')
}

/** The hashes of those events that are archived already. */
async function hashesOf(
  db: Tables<ArchiveTables>,
  events: readonly Pick<ArchivedEvent, 'hash'>[]
): Promise<Set<string>> {
  const hashes = events.map(({ hash }) => hash)
  const found = await inChunks(hashes, (some) =>
    db.selectFrom('archiveEvents').select('hash').where('hash', 'in', some).execute()
  )
  return new Set(found.map(({ hash }) => hash))
}

async function lastNumber(db: Tables<ArchiveTables>): Promise<number> {
  const row = await db
    .selectFrom('archiveEvents')
    .select((e) => e.fn.max('number').as('last'))
    .executeTakeFirst()
  return Number(row?.last ?? 0)
}
