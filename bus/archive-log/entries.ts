import { activityTopic } from '#engines/event-log/activity-topic.ts'
import type { LogRecord, NewRecord } from '#engines/event-log/event-log.ts'
import { partitionOf } from '#engines/event-log/partition.ts'
import { inChunks } from '#engines/store/chunks.ts'
import { insertOf } from '#engines/store/insert-rows.ts'
import { literal } from '#engines/store/literal.ts'
import { pagesOf } from '#engines/store/pages.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { StoreTransaction, Tables } from '#engines/store/store.ts'
import { nodesIn, type Proof } from '#protocol/events/proof.ts'
import type { ArchiveLogTables } from './archive-log-tables.ts'
import { readHeaders, writeHeaders } from './headers.ts'

type Entry = ArchiveLogTables['logEntries']
/** An entry with its tokens. */
export type ReadEntry = Entry & { readonly receiptToken: string; readonly signatureToken: string | null }

/** The one order that these records have. */
export const onlyShard = 'log'

const maxRecords = 500
const maxBytes = 4_194_304

/** Inserts entries as they are: their numbers must be free. */
export const insertEntries = insertOf<Entry>('logEntries', [
  'position',
  'topic',
  'partition',
  'offset',
  'key',
  'value',
  'headers',
  'source',
  'id',
  'hash',
  'recordedTime',
  'receipt',
  'leaf',
  'size',
  'path',
  'signature'
])
const insertTokens = insertOf<ArchiveLogTables['logTokens']>('logTokens', ['number', 'token'])

/** Positions of the last entries; 0 if there was none. */
export interface EntriesEnd {
  readonly position: number
  /** Of the last one that is an event. */
  readonly event: number
}

export async function readEnd(db: Tables<ArchiveLogTables>): Promise<EntriesEnd> {
  const last = db.selectFrom('logEntries').select((e) => e.fn.max('position').as('last'))
  const [all, events] = await pipeline([
    last.executeTakeFirst(),
    last.where('topic', '<>', literal(activityTopic)).executeTakeFirst()
  ])
  return { position: Number(all?.last ?? 0), event: Number(events?.last ?? 0) }
}

/** Adds records, at least one, in their order. Returns the new end. */
export async function addEntries(
  transaction: StoreTransaction,
  records: readonly NewRecord[],
  partitions: number
): Promise<EntriesEnd> {
  const db = transaction.tables<ArchiveLogTables>()
  const [end, lastToken, known] = await pipeline([
    readEnd(db),
    db
      .selectFrom('logTokens')
      .select((e) => e.fn.max('number').as('last'))
      .executeTakeFirst(),
    db.selectFrom('logOffsets').selectAll().execute()
  ])
  const offsets = new Map(known.map(({ topic, partition, next }) => [`${topic} ${partition}`, next]))
  const tokens = new Map<string, number>()
  const numberOf = (token: string): number => {
    const number = tokens.get(token) ?? Number(lastToken?.last ?? 0) + tokens.size + 1
    tokens.set(token, number)
    return number
  }
  const touched = new Map<string, ArchiveLogTables['logOffsets']>()
  let { event } = end
  const rows = records.map((record, index): Entry => {
    const { topic, key, value, source, id, hash, recordedTime, receipt } = record
    const position = end.position + 1 + index
    if (topic !== activityTopic) event = position
    const partition = partitionOf(key, partitions)
    const name = `${topic} ${partition}`
    const offset = touched.get(name)?.next ?? offsets.get(name) ?? 0
    touched.set(name, { topic, partition, next: offset + 1 })
    const { headers, signature } = writeHeaders(record)
    return {
      ...{ position, topic, partition, offset, key, value, headers, source, id, hash, recordedTime },
      receipt: numberOf(receipt.token),
      leaf: receipt.index,
      size: receipt.size,
      path: receipt.path.join(' '),
      signature: signature === undefined ? null : numberOf(signature)
    }
  })
  const moving = inChunks([...touched.values()], (some) =>
    db
      .insertInto('logOffsets')
      .values(some)
      .onConflict((on) =>
        on.columns(['topic', 'partition']).doUpdateSet({ next: (e) => e.ref('excluded.next') })
      )
      .execute()
  )
  const tokenRows = Array.from(tokens, ([token, number]) => ({ number, token }))
  await pipeline([insertEntries(transaction, rows), insertTokens(transaction, tokenRows), moving])
  return { position: end.position + records.length, event }
}

/** The records after a position, and whether more may follow. */
export async function entriesAfter(
  db: Tables<ArchiveLogTables>,
  position: number
): Promise<{ readonly records: readonly LogRecord[]; readonly isCut: boolean }> {
  const sizes = await db
    .selectFrom('logEntries')
    .select((e) => ['position', e.fn<number>('length', ['value']).as('bytes')])
    .where('position', '>', position)
    .orderBy('position')
    .limit(maxRecords)
    .execute()
  const [page] = pagesOf(sizes, { maxItems: maxRecords, maxBytes, sizeOf: ({ bytes }) => Number(bytes) })
  const last = page?.at(-1)
  if (!last) return { records: [], isCut: false }
  const rows = await entries(db)
    .where('position', '>', position)
    .where('position', '<=', last.position)
    .orderBy('position')
    .execute()
  return { records: rows.map(toLogRecord), isCut: rows.length === maxRecords || rows.length < sizes.length }
}

/** Entries with their tokens; callers filter and sort. */
export function entries(db: Tables<ArchiveLogTables>) {
  return db
    .selectFrom('logEntries')
    .innerJoin('logTokens as receipts', 'receipts.number', 'logEntries.receipt')
    .leftJoin('logTokens as signatures', 'signatures.number', 'logEntries.signature')
    .selectAll('logEntries')
    .select(['receipts.token as receiptToken', 'signatures.token as signatureToken'])
}

export function receiptOf({ receiptToken: token, leaf, size, path }: ReadEntry): Proof {
  return { token, index: leaf, size, path: nodesIn(path) }
}

export function toLogRecord(row: ReadEntry): LogRecord {
  const { position, topic, partition, offset, key, value, signatureToken } = row
  const written = { headers: row.headers, signature: signatureToken ?? undefined }
  const headers = readHeaders(written, () => receiptOf(row))
  return { shard: onlyShard, position, topic, partition, offset, key, value, headers }
}
