import type { StoreTransaction } from '#engines/store/store.ts'
import { retryOf } from '#protocol/errors/bus-error.ts'
import type { InboundItem, Stored } from '../../connector.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import { storeItems } from '../inbound/items.ts'
import { reportStored } from '../inbound/poll-outside.ts'
import { writeMarks } from '../marks.ts'
import type { Deliveries, Delivery } from './deliveries.ts'
import type { OutboundOptions } from './outbound-options.ts'
import { type Outcome, valuesOf } from './outcome.ts'

export interface EndedAttempt {
  readonly delivery: Delivery
  readonly outcome: Outcome
}

/**
 * Writes how attempts ended, in one transaction: for those delivered with the recipient's status, and with what they
 * leave behind. If that is what cannot be stored, the delivery becomes in doubt instead, so
 * that a person sees it: the outside has the event, and it must not be sent again.
 */
export async function recordOutcomes(
  ended: readonly EndedAttempt[],
  instance: HostedInstance,
  options: Pick<OutboundOptions, 'store' | 'metrics'> & { readonly deliveries: Deliveries }
): Promise<void> {
  try {
    const { items, results } = await write(ended, instance, options.deliveries)
    reportStored(instance, options.metrics, items, results)
  } catch (error) {
    if (!options.store.refuses(error) && retryOf(error) === 'later') throw error
    if (ended.length > 1) {
      for (const one of ended) await recordOutcomes([one], instance, options)
      return
    }
    const doubtful = ended.map(({ delivery }) => ({
      delivery,
      outcome: { kind: 'in-doubt', error } as const
    }))
    await write(doubtful, instance, options.deliveries)
    instance.logger.error(
      { err: error, event: ended[0]?.delivery.event },
      'delivered, but what the connector returned cannot be stored; see err; settle the delivery once that is corrected'
    )
  }
}

/** What deliveries left behind, and what became of it. */
interface Left {
  readonly items: readonly InboundItem[]
  readonly results: readonly Stored[]
}

async function write(
  ended: readonly EndedAttempt[],
  instance: HostedInstance,
  deliveries: Deliveries
): Promise<Left> {
  const at = instance.now()
  const changes = ended.map(({ delivery, outcome }) => ({
    delivery,
    values: valuesOf(outcome, delivery, at)
  }))
  let left: Left = { items: [], results: [] }
  await deliveries.change(changes, async (transaction) => {
    left = await writeLeft(transaction, ended, instance)
  })
  return left
}

async function writeLeft(
  transaction: StoreTransaction,
  ended: readonly EndedAttempt[],
  instance: HostedInstance
): Promise<Left> {
  const { agency, system, recipientStatuses } = instance
  const delivered = ended.flatMap(({ delivery, outcome }) => {
    return outcome.kind === 'delivered' ? [{ event: delivery.event, left: outcome.left }] : []
  })
  const marks = ended.map(({ outcome }) => {
    if (outcome.kind === 'delivered') return outcome.left.marks
    return outcome.kind === 'in-doubt' ? outcome.marks : undefined
  })
  await writeMarks(transaction, instance, Object.assign({}, ...marks))
  const items = delivered.flatMap(({ left }) => left.items ?? [])
  const results = items.length === 0 ? [] : await storeItems(transaction, instance, items)
  const events = delivered.map(({ event }) => event)
  await recipientStatuses.markDelivered({ agency, system }, events, transaction)
  return { items, results }
}
