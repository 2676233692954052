import { inChunks } from '#engines/store/chunks.ts'
import { pagesOf } from '#engines/store/pages.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { Store, StoreTransaction, Tables } from '#engines/store/store.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { lastNumber } from './append-events.ts'
import { sharedForm } from './archive-form.ts'
import { type Row, toArchived } from './archive-rows.ts'
import type { ArchiveTables } from './archive-tables.ts'
import type { ArchivedEvent } from './archived-event.ts'
import { createBodyReader, longestPlace, placeOf } from './stored-bodies.ts'

/** Every accepted event, in the order in which they came in. */
export interface Archive {
  /** An agency's events about some subjects; those of each, oldest first. */
  ofSubjects(
    agency: string,
    subjects: readonly string[]
  ): Promise<readonly Pick<ArchivedEvent, 'number' | 'type' | 'subject' | 'recordedTime'>[]>
  /** Numbers of the events of these types about a subject, whoever sent them. */
  numbersAbout(subject: string, types: readonly string[]): Promise<readonly number[]>
  /**
   * Looks at the next events about a subject, with numbers between two others, whoever sent them: at so many that a
   * transaction stays short. Sees those that the transaction itself appended.
   */
  someOfSubject(
    transaction: StoreTransaction,
    query: {
      readonly agency: string
      readonly subject: string
      readonly after: number
      readonly before: number
      readonly limit: number
    }
  ): Promise<SomeOfSubject>
  /** Number and recorded time of the last event; undefined if there is none. */
  last(): Promise<Pick<ArchivedEvent, 'number' | 'recordedTime'> | undefined>
  /** Names of events by number. Leaves out numbers that do not exist. */
  namesOf(numbers: readonly number[]): Promise<EventNames>
  /** Numbers of events by hash. Leaves out hashes of no archived event. */
  numbersOf(hashes: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** The events after a number, oldest first: at most `limit`, and no more than a few megabytes, but at least one. */
  after(number: number, limit: number): Promise<EventsAfter>
  /** Events by number, without their proofs. Leaves out numbers that do not exist. */
  withoutProofs(numbers: readonly number[]): Promise<ReadonlyMap<number, UnprovenEvent>>
  /** The number of the first event recorded at or after an instant; the next one to be given if there is none. */
  firstSince(recordedTime: string): Promise<number>
  /** The events after a number without what they say, oldest first. */
  headsAfter(number: number, limit: number): Promise<readonly EventHead[]>
  byHash(hash: string): Promise<ArchivedEvent | undefined>
  /** What decides whether an event may be read; takes as long for one that does not exist. */
  findByHash(hash: string): Promise<Pick<ArchivedEvent, 'number' | 'source'> | undefined>
  /** Events by number. Leaves out numbers that do not exist. */
  byNumbers(numbers: readonly number[]): Promise<ReadonlyMap<number, ArchivedEvent>>
}

export interface EventsAfter {
  readonly events: readonly Pick<ArchivedEvent, 'number' | 'hash' | 'body' | 'recordedTime' | 'act'>[]
  /** Whether a limit was reached: there may be more. */
  readonly isCut: boolean
}

export interface SomeOfSubject {
  /** Those of the agency, oldest first: at most `limit`. */
  readonly events: readonly Pick<ArchivedEvent, 'number' | 'type'>[]
  /** The number to go on after; undefined if it looked at all. */
  readonly looked: number | undefined
}

export type UnprovenEvent = Omit<ArchivedEvent, 'signature' | 'receipt' | 'act' | 'hosted' | 'schemaId'>

/** Bytes of events that are read at once. */
const maxBytes = 4_194_304
/** Events about a subject that are looked at in one transaction, while publishing waits. */
const lookedAtOnce = 500

export type EventHead = Pick<
  ArchivedEvent,
  'number' | 'hash' | 'source' | 'type' | 'subject' | 'recordedTime'
>

/** By archive number. */
export type EventNames = ReadonlyMap<
  number,
  Pick<ArchivedEvent, 'source' | 'id' | 'hash' | 'type' | 'subject' | 'recordedTime'>
>

/** The same, also in a transaction, where it finds those that this has appended. */
export async function namesOf(db: Tables<ArchiveTables>, numbers: readonly number[]): Promise<EventNames> {
  const rows = await inChunks(numbers, (some) =>
    db
      .selectFrom('archiveEvents')
      .select(['number', 'source', 'id', 'hash', 'type', 'subject', 'recordedTime'])
      .where('number', 'in', some)
      .execute()
  )
  return new Map(rows.map((row) => [row.number, row]))
}

export function createArchive(store: Store, { index } = sharedForm): Archive {
  const tables = (): Tables<ArchiveTables> => store.reader<ArchiveTables>()

  const withBodies = async <T extends Pick<Row, 'body'>>(rows: readonly T[]): Promise<readonly T[]> => {
    const numbers = [...new Set(rows.flatMap(({ body }) => placeOf(body)?.block ?? []))]
    if (numbers.length === 0) return rows
    const found = await inChunks(numbers, (some) =>
      tables().selectFrom('archiveBodies').selectAll().where('number', 'in', some).execute()
    )
    const blocks = new Map(found.map(({ number, texts }) => [number, texts]))
    const bodyOf = createBodyReader((number) => blocks.get(number))
    return rows.map((row) => ({ ...row, body: bodyOf(row.body) }))
  }

  const withProofs = async (rows: readonly Row[]): Promise<readonly ArchivedEvent[]> => {
    const numbers = new Set(rows.flatMap((row) => [row.receiptToken, row.signatureToken ?? row.receiptToken]))
    const [found, events] = await pipeline([
      inChunks([...numbers], (some) =>
        tables().selectFrom('archiveTokens').selectAll().where('number', 'in', some).execute()
      ),
      withBodies(rows)
    ])
    const tokens = new Map(found.map(({ number, ...stored }) => [number, stored]))
    return events.map((row) => toArchived(row, tokens))
  }

  return {
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
      const about = await transaction
        .tables<ArchiveTables>()
        .selectFrom('archiveEvents')
        .select(['number', 'type', 'source'])
        .where('subject', '=', subject)
        .where('number', '>', after)
        .where('number', '<', before)
        .orderBy('number')
        .limit(lookedAtOnce)
        .execute()
      const own = about.filter(({ source }) => agencyOf(source) === agency)
      const events = own.slice(0, limit)
      if (events.length < own.length) return { events, looked: events.at(-1)?.number }
      return { events, looked: about.length < lookedAtOnce ? undefined : about.at(-1)?.number }
    },

    last() {
      return tables()
        .selectFrom('archiveEvents')
        .select(['number', 'recordedTime'])
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst()
    },

    namesOf: (numbers) => namesOf(tables(), numbers),

    async numbersOf(hashes) {
      const rows = await inChunks(hashes, (some) =>
        index.ofHashes(tables(), some).select(['hash', 'number']).execute()
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

    async after(number, limit) {
      // The sizes are read without the bodies.
      const sizes = await tables()
        .selectFrom('archiveEvents')
        .select((e) => ['number', e.fn<number>('octet_length', ['body']).as('length')])
        .select((e) =>
          e
            .case()
            .when(e.fn<number>('octet_length', ['body']), '<=', longestPlace)
            .then(e.ref('body'))
            .end()
            .as('place')
        )
        .where('number', '>', number)
        .orderBy('number')
        .limit(limit)
        .execute()
      const [page] = pagesOf(sizes, { maxItems: limit, maxBytes, sizeOf })
      const last = page?.at(-1)
      if (!last) return { events: [], isCut: false }
      const events = await tables()
        .selectFrom('archiveEvents')
        .select(['number', 'hash', 'body', 'recordedTime', 'act'])
        .where('number', '>', number)
        .where('number', '<=', last.number)
        .orderBy('number')
        .execute()
      return {
        events: await withBodies(events),
        isCut: events.length === limit || events.length < sizes.length
      }
    },

    async withoutProofs(numbers) {
      const rows = await inChunks(numbers, (some) =>
        tables()
          .selectFrom('archiveEvents')
          .select([
            'number',
            'hash',
            'source',
            'id',
            'type',
            'subject',
            'body',
            'recordedTime',
            'traceparent'
          ])
          .where('number', 'in', some)
          .execute()
      )
      return new Map(
        (await withBodies(rows)).map(({ traceparent, ...row }) => [
          row.number,
          { ...row, traceparent: traceparent ?? undefined }
        ])
      )
    },

    async firstSince(recordedTime) {
      // Recorded times rise with the numbers, but for events that waited for their append and for clocks that were set back.
      let low = 1
      let high = (await lastNumber(tables())) + 1
      while (low < high) {
        const middle = Math.floor((low + high) / 2)
        const row = await tables()
          .selectFrom('archiveEvents')
          .select('recordedTime')
          .where('number', '=', middle)
          .executeTakeFirst()
        if (row && row.recordedTime < recordedTime) low = middle + 1
        else high = middle
      }
      return low
    },

    findByHash(hash) {
      return index.ofHashes(tables(), [hash]).select(['number', 'source']).executeTakeFirst()
    },

    async byHash(hash) {
      const rows = await index.ofHashes(tables(), [hash]).selectAll().execute()
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

function sizeOf({ place, length }: { readonly place: string | null; readonly length: number }): number {
  return placeOf(place ?? '')?.bytes ?? Number(length)
}

function ofAgency(db: Tables<ArchiveTables>, agency: string) {
  return db
    .selectFrom('archiveEvents')
    .select(['number', 'type', 'subject', 'recordedTime'])
    .where('source', '>=', `/agencies/${agency}/`)
    .where('source', '<', `/agencies/${agency}0`) // '0' is the character after '/'.
    .orderBy('number')
}
