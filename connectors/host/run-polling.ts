import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import { BusError, retryOf } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { writeEvent } from '#protocol/events/hash.ts'
import type { Json, StrictJson } from '#protocol/events/json.ts'
import { pause } from '#protocol/timing/retry.ts'
import { signSubmission } from '#protocol/trust/submission.ts'
import { newClaims } from '#protocol/trust/token.ts'
import type { InboundItem } from '../connector.ts'
import { toDraftedEvent } from './draft-event.ts'
import type { HostOptions, Instance } from './instance.ts'
import type { OutboxEntry } from './outbox.ts'

/** Interval of asking a connector that has no item. */
const idleMs = 500
const retryMs = 2000

/**
 * Publishes the items that a connector finds, one after another, until the signal aborts. An item becomes
 * an event once: the event is stored with id, time, nonce and signature before it is published, and after a
 * crash the same bytes are published again.
 */
export async function runPolling(
  instance: Instance,
  options: HostOptions,
  signal: AbortSignal
): Promise<void> {
  const { outbox, logger } = options
  let open: readonly OutboxEntry[] | undefined
  while (!signal.aborted) {
    try {
      options.freshness.check()
      open ??= await outbox.open(instance.name)
      for (const entry of open) await publishAndAcknowledge(entry, instance, options)
      open = []
      const found = await instance.connector.poll?.(signal)
      if (!found) {
        await pause(idleMs, { signal })
        continue
      }
      const event = eventOrFault(found, instance, options)
      if (event instanceof BusError) {
        await instance.connector.acknowledge?.(found.reference, event)
        continue
      }
      const entry = await outbox.store(await toEntry(event, found, instance, options))
      reachFailpoint('outbox.stored')
      open = [entry]
    } catch (error) {
      if (signal.aborted) return
      logger.error({ err: error }, 'polling paused; see err; retrying in 2 s')
      open = undefined
      await pause(retryMs, { signal })
    }
  }
}

/** The item's event, or why it cannot be one. */
function eventOrFault(
  { draft }: InboundItem,
  { system }: Instance,
  { now }: HostOptions
): BusEvent | BusError {
  try {
    return toDraftedEvent(system, draft, now())
  } catch (error) {
    if (error instanceof BusError) return error
    throw error
  }
}

async function toEntry(
  event: BusEvent,
  found: InboundItem,
  instance: Instance,
  { publicUrl, now }: HostOptions
): Promise<Omit<OutboxEntry, 'number'>> {
  const claims = newClaims({ system: instance.system, audience: publicUrl, now: now() })
  const { proofs } = await signSubmission([event as unknown as Json], claims, instance.signingKey)
  const [signature] = proofs
  if (!signature) throw new TypeError('a submission of one event has one proof')
  return {
    channel: instance.name,
    reference: found.reference,
    event,
    signature,
    note: JSON.stringify(found.answers ?? null)
  }
}

async function publishAndAcknowledge(
  entry: OutboxEntry,
  instance: Instance,
  options: HostOptions
): Promise<void> {
  const { publishing, outbox, metrics } = options
  const { system, agency, connector } = instance
  const value = entry.event as unknown as StrictJson // It was held to the rules before it was stored.
  const [result] = await publishing.publish({
    publisher: { system, agency, hosted: true },
    events: [{ value, ...writeEvent(value), signature: entry.signature }],
    traceparent: undefined
  })
  const refusal = result?.status === 'rejected' ? result.error : undefined
  if (refusal && retryOf(refusal) === 'later') throw refusal
  reachFailpoint('outbox.published')
  if (!refusal) await answerGiven(entry, instance, options)
  const { senddeadline } = entry.event
  if (result?.status === 'accepted' && typeof senddeadline === 'string') {
    if (Date.parse(result.recordedTime) > Date.parse(senddeadline)) metrics.sentLate.inc({ agency })
  }
  await connector.acknowledge?.(entry.reference, refusal)
  await outbox.markAcknowledged(entry)
}

/**
 * Records the answer that the item also gives, with the event's own signature as evidence. The first answer
 * is final.
 */
async function answerGiven(
  entry: OutboxEntry,
  { name, agency, system }: Instance,
  options: HostOptions
): Promise<void> {
  const answers = JSON.parse(entry.note) as InboundItem['answers'] | null
  if (!answers) return
  const { sender, subject, ...answer } = answers
  const event = await options.deliveries.lastOf(name, sender, subject)
  if (event === undefined) return
  try {
    await options.recipientStatuses.answer({ agency, system, token: entry.signature.token }, [
      { event, ...answer }
    ])
  } catch (error) {
    if (!(error instanceof BusError && error.code === 'BUS_STATE_CONFLICT')) throw error
    options.logger.warn(
      { event, state: answer.state },
      'answer ignored: the event was already answered differently; the first answer stays in force'
    )
  }
}
