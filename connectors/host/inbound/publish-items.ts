import { releaseAttachments } from '#bus/attachments/holds.ts'
import type { Publishing, PublishResult } from '#bus/publishing/publish.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import type { Metrics } from '#engines/telemetry/metrics.ts'
import type { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { hashOfCanonical } from '#protocol/events/hash.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { StrictJson } from '#protocol/events/json.ts'
import { signLeaves } from '#protocol/trust/submission.ts'
import { newClaims } from '#protocol/trust/token.ts'
import type { ConnectorTables } from '../connector-tables.ts'
import type { HostedInstance, InstanceGuard } from '../hosted-instance.ts'
import type { GivenAnswer, RecordAnswers } from './answers.ts'
import { blankRow, holderOf, type ItemRow, insertItems, writeFault } from './items.ts'

export interface PublishItemsOptions {
  readonly store: Store
  readonly publishing: Publishing
  readonly guard: InstanceGuard
  readonly recordAnswers: RecordAnswers
  readonly metrics: Metrics
  readonly publicUrl: string
}

/** Text of the events under one signature; one event may be larger. */
const maxBatchLength = 4_194_304

interface OpenItem {
  readonly number: number
  readonly digest: string
  readonly reference: string
  /** The event in canonical form. */
  readonly body: string
  readonly value: BusEvent
  readonly answers: string | null
  readonly storedAt: number
}

/**
 * Publishes an instance's stored events, at most `atOnce`, oldest first, signed anew with the key that is valid now.
 * Returns how many were settled; 0 if none is open. An event that was published before a crash is a repeat. One that is
 * rejected is quarantined with its event. Rejects if the bus cannot take events now; they stay open.
 */
export async function publishItems(
  instance: HostedInstance,
  options: PublishItemsOptions,
  atOnce: number
): Promise<number> {
  const { store, publishing, publicUrl } = options
  const { system, agency, authorization } = instance
  const open = await openItems(store, instance.name, atOnce)
  if (open.length === 0) return 0
  const { signingKey, thumbprint } = authorization.key()
  const hashes = open.map(({ body }) => hashOfCanonical(body))
  const leaves = hashes.map((hash) => Buffer.from(hash, 'hex'))
  const claims = newClaims({ system, audience: publicUrl, now: instance.now() })
  const { token, proofs } = await signLeaves(leaves, claims, signingKey)
  const results = await publishing.publish({
    publisher: { system, agency, kid: signingKey.kid, thumbprint, hosted: true },
    events: open.map(({ body, value }, index) => ({
      value: value as unknown as StrictJson, // Held to the rules before it was stored.
      body,
      hash: hashes[index] ?? '',
      signature: proofs[index]
    })),
    traceparent: undefined
  })
  reachFailpoint('items.published')
  const published = open.filter((_item, index) => results[index]?.status !== 'rejected')
  const unmatched = await recordAnswersOf(published, instance, token, options)
  await settleItems(instance, open, results, { ...options, unmatched })
  countLate(instance, open, results, options)
  return open.length
}

/** The oldest open items, as many as are signed together. */
async function openItems(store: Store, instance: string, atOnce: number): Promise<readonly OpenItem[]> {
  const rows = await store
    .reader<ConnectorTables>()
    .selectFrom('connectorItems')
    .select(['number', 'digest', 'reference', 'event', 'answers', 'storedAt'])
    .where('instance', '=', instance)
    .where('state', '=', 'to-publish')
    .orderBy('number')
    .limit(atOnce)
    .execute()
  const batch: OpenItem[] = []
  let length = 0
  for (const { event, ...row } of rows) {
    const body = event ?? ''
    length += body.length
    if (length > maxBatchLength && batch.length > 0) break
    batch.push({ ...row, body, value: JSON.parse(body) as BusEvent })
  }
  return batch
}

/** Records the answers of published items. Returns rows for those whose event is not known to be delivered yet. */
async function recordAnswersOf(
  published: readonly OpenItem[],
  instance: HostedInstance,
  token: string,
  { recordAnswers }: PublishItemsOptions
): Promise<readonly ItemRow[]> {
  const answering = published.flatMap(({ answers, reference, digest, storedAt }) => {
    if (answers === null) return []
    const given: GivenAnswer = { answer: JSON.parse(answers), token, givenAt: storedAt }
    return [{ given, reference, digest }]
  })
  const recorded = await recordAnswers(
    instance,
    answering.map(({ given }) => given)
  )
  const unmatched = answering.filter(({ given }) => !recorded.has(given))
  return unmatched.map(({ given, reference, digest }) => {
    const { sender, subject } = given.answer
    instance.logger.warn(
      { reference, sender, subject },
      'answer waits: no event of this sender and subject is known to be delivered yet; tried again for a day'
    )
    const row = { ...blankRow(instance, reference, digest), state: 'to-settle' as const, apart: 1 }
    return { ...row, answers: JSON.stringify(given), acknowledgeAt: null }
  })
}

/** Writes what became of the items: the outside is informed of published ones and then forgotten. */
async function settleItems(
  instance: HostedInstance,
  open: readonly OpenItem[],
  results: readonly PublishResult[],
  { store, guard, metrics, unmatched }: PublishItemsOptions & { readonly unmatched: readonly ItemRow[] }
): Promise<void> {
  const isAcknowledged = instance.definition.inbound?.acknowledge !== undefined
  const rejected = open.flatMap((item, index) => {
    const result = results[index]
    return result?.status === 'rejected' ? [{ ...item, error: result.error }] : []
  })
  const numbers = new Set(rejected.map(({ number }) => number))
  const published = open.filter(({ number }) => !numbers.has(number))
  await store.transaction(async (transaction) => {
    await guard(transaction, instance)
    const db = transaction.tables<ConnectorTables>()
    const done = published.map(({ number }) => number)
    if (isAcknowledged) {
      const left = { state: 'done' as const, event: null, answers: null, acknowledgeAt: 0 }
      await inChunks(done, (some) =>
        db.updateTable('connectorItems').set(left).where('number', 'in', some).execute()
      )
    } else {
      await inChunks(done, (some) => db.deleteFrom('connectorItems').where('number', 'in', some).execute())
    }
    for (const { number, error } of rejected) {
      await db
        .updateTable('connectorItems')
        .set({ state: 'quarantined', fault: writeFault(error), acknowledgeAt: isAcknowledged ? 0 : null })
        .where('number', '=', number)
        .execute()
    }
    await insertItems(transaction, unmatched)
    await releaseAttachments(
      transaction,
      published.map(({ digest }) => holderOf(instance.name, digest))
    )
  })
  for (const { reference, error } of rejected) reportQuarantined(instance, metrics, { reference, error })
}

/** Tells operators of an item that was quarantined. */
export function reportQuarantined(
  { logger }: HostedInstance,
  metrics: Metrics,
  { reference, error }: { readonly reference: string; readonly error: BusError }
): void {
  metrics.quarantined.inc({ part: 'connector' })
  logger.warn(
    { reference, reason: error.message, code: error.code },
    'quarantined: an item of the outside system cannot be used; see reason; the others go on'
  )
}

/** Counts events that were recorded after the time by which the rules want them sent. */
function countLate(
  { agency }: HostedInstance,
  open: readonly OpenItem[],
  results: readonly PublishResult[],
  { metrics }: PublishItemsOptions
): void {
  for (const [index, { value }] of open.entries()) {
    const result = results[index]
    const { senddeadline } = value
    if (result?.status !== 'accepted' || typeof senddeadline !== 'string') continue
    if (instantMs(result.recordedTime) > instantMs(senddeadline)) metrics.sentLate.inc({ agency })
  }
}
