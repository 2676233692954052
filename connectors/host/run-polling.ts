import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import { BusError, retryOf } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { writeEvent } from '#protocol/events/hash.ts'
import type { StrictJson } from '#protocol/events/json.ts'
import { pause } from '#protocol/timing/retry.ts'
import { signSubmission } from '#protocol/trust/submission.ts'
import { newClaims } from '#protocol/trust/token.ts'
import type { InboundItem } from '../connector.ts'
import type { AuthorizedInstance } from './authorization.ts'
import { toDraftedEvent } from './draft-event.ts'
import type { HostOptions, Instance } from './instance.ts'
import type { OutboxEntry } from './outbox.ts'

/** Interval of asking a connector that has no item. */
const idleMs = 500
const retryMs = 2000

/**
 * Publishes the items that a connector finds, one after another, until the signal aborts. An item becomes
 * an event once: the event is stored with id, time and nonce before it is published, and after a crash the
 * same event is published again. Each publishing signs anew, with a key that is valid then. While the system
 * may not act, the connector is not polled and stored events stay where they are.
 */
export async function runPolling(
  instance: AuthorizedInstance,
  options: HostOptions,
  signal: AbortSignal
): Promise<void> {
  const { outbox, logger } = options
  const { authorization } = instance
  let open: readonly OutboxEntry[] | undefined
  while (!signal.aborted) {
    await authorization.granted(signal)
    try {
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
      const { reference, answers = null } = found
      const note = JSON.stringify(answers)
      const entry = await outbox.store({ channel: instance.name, reference, event, note })
      reachFailpoint('outbox.stored')
      open = [entry]
    } catch (error) {
      if (signal.aborted) return
      open = undefined
      if (!authorization.isGranted()) continue // Paused meanwhile: the log has the reason.
      logger.error({ err: error }, 'polling paused; see err; retrying in 2 s')
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

async function publishAndAcknowledge(
  entry: OutboxEntry,
  instance: AuthorizedInstance,
  options: HostOptions
): Promise<void> {
  const { publishing, outbox, metrics, publicUrl, now } = options
  const { system, agency, connector } = instance
  const { signingKey, thumbprint } = instance.authorization.key()
  const value = entry.event as unknown as StrictJson // It was held to the rules before it was stored.
  const claims = newClaims({ system, audience: publicUrl, now: now() })
  const { token, proofs } = await signSubmission([value], claims, signingKey)
  const [result] = await publishing.publish({
    publisher: { system, agency, kid: signingKey.kid, thumbprint, hosted: true },
    events: [{ value, ...writeEvent(value), signature: proofs[0] }],
    traceparent: undefined
  })
  const refusal = result?.status === 'rejected' ? result.error : undefined
  if (refusal && retryOf(refusal) === 'later') throw refusal
  reachFailpoint('outbox.published')
  if (!refusal) await answerGiven(entry, { instance, token, options })
  const { senddeadline } = entry.event
  if (result?.status === 'accepted' && typeof senddeadline === 'string') {
    if (Date.parse(result.recordedTime) > Date.parse(senddeadline)) metrics.sentLate.inc({ agency })
  }
  await connector.acknowledge?.(entry.reference, refusal)
  await outbox.markAcknowledged(entry)
}

interface Answering {
  readonly instance: AuthorizedInstance
  /** The token that the event was signed with: the evidence for the answer. */
  readonly token: string
  readonly options: HostOptions
}

/** Records the answer that the item also gives. The first answer is final. */
async function answerGiven(entry: OutboxEntry, { instance, token, options }: Answering): Promise<void> {
  const { name, agency, system } = instance
  const answers = JSON.parse(entry.note) as InboundItem['answers'] | null
  if (!answers) return
  const { sender, subject, ...answer } = answers
  const event = await options.deliveries.lastOf(name, sender, subject)
  if (event === undefined) return
  await options.inbox.endUndelivered(agency, [event])
  try {
    await options.recipientStatuses.answer({ agency, system, token }, [{ event, ...answer }])
  } catch (error) {
    if (!(error instanceof BusError && error.code === 'BUS_STATE_CONFLICT')) throw error
    options.logger.warn(
      { event, state: answer.state },
      'answer ignored: the event was already answered differently, or it expired or was recalled before it was delivered; its status stays as it is'
    )
  }
}
