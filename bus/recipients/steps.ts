import { createHash } from 'node:crypto'
import { inChunks } from '#engines/store/chunks.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import { canonicalJson } from '#protocol/events/canonical.ts'
import { eventHash } from '#protocol/events/hash.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { type EventRecord, toBusRecord } from '#protocol/events/record.ts'
import { namesOf } from '../archive/archive.ts'
import type { RecipientStatusTables } from './recipient-status-tables.ts'

type RecipientStatusRow = RecipientStatusTables['recipientStatuses']
type StepsRow = RecipientStatusTables['recipientSteps']

/** A delivery status after a step, and the hash of the step before. */
export interface NewStep {
  readonly row: Omit<RecipientStatusRow, 'step'>
  readonly previous: string | null
}

const stepsAtOnce = 100

/**
 * Writes steps to the outbox, those of each agency in rows of its own, in the transaction that makes them.
 * Returns their rows with the hash of each step: its RFC 6962 leaf, hex, over `{ agency, source, id, event,
 * state, system, time, code?, reasonhash?, previous? }`. `event` is the event's hash, `previous` the hash of
 * the step before for the same event and recipient.
 */
export async function writeSteps(
  transaction: StoreTransaction,
  steps: readonly NewStep[]
): Promise<readonly RecipientStatusRow[]> {
  const names = await namesOf(
    transaction.tables(),
    steps.map(({ row }) => row.event)
  )
  const hashed = steps.map(({ row, previous }) => {
    const name = names.get(row.event)
    if (!name) throw new TypeError(`event ${row.event} has a delivery status but is not archived`)
    const step: JsonObject = {
      agency: row.agency,
      source: name.source,
      id: name.id,
      event: name.hash,
      state: row.state,
      system: row.system,
      time: new Date(row.at).toISOString(),
      ...(row.code === null ? {} : { code: row.code }),
      // The log keeps this for ever, and the words may name people: only their hash is written.
      ...(row.reason === null ? {} : { reasonhash: sha256(row.reason) }),
      ...(previous === null ? {} : { previous })
    }
    return { step, row: { ...row, step: eventHash(step) } }
  })
  const pages: Omit<StepsRow, 'number'>[] = []
  for (const [agency, own] of Map.groupBy(hashed, ({ row }) => row.agency)) {
    for (let at = 0; at < own.length; at += stepsAtOnce) {
      const page = own.slice(at, at + stepsAtOnce)
      const [first] = page
      if (!first) continue
      const { token, at: time } = first.row
      pages.push({ agency, token, at: time, body: canonicalJson({ steps: page.map(({ step }) => step) }) })
    }
  }
  const db = transaction.tables<RecipientStatusTables>()
  await inChunks(pages, (some) =>
    db
      .insertInto('recipientSteps')
      .values(some as StepsRow[]) // The store numbers them.
      .execute()
  )
  return hashed.map(({ row }) => row)
}

/**
 * The id contains the body's SHA-256, so that the same record written again is a repeat. The records of one
 * agency keep their order.
 */
export function toStepsRecord(
  topic: string,
  { agency, body, token, at }: Omit<StepsRow, 'number'>
): EventRecord {
  return toBusRecord({
    topic,
    type: 'bus.recipient-status-changed.v1',
    id: `recipient-status-${sha256(body)}`,
    subject: `/agencies/${agency}`,
    time: new Date(at).toISOString(),
    body,
    ...(token === null ? {} : { added: { bus_token: token } })
  })
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
