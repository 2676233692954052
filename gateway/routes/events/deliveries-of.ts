import type { ArchivedEvent } from '#bus/archive/archived-event.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { ConnectorReads } from '#connectors/host/read.ts'
import type { Inbox } from '#consumers/inbox/read.ts'
import type { Language } from '#protocol/errors/faults.ts'
import { inLanguage } from '../deliveries/delivery-shapes.ts'

export interface DeliveriesOptions {
  readonly recipientStatuses: Pick<RecipientStatuses, 'ofEvents'>
  readonly inbox: Pick<Inbox, 'recallsOf' | 'recipientsOf'>
  readonly connectorReads: Pick<ConnectorReads, 'deliveries'>
}

type Named = Pick<ArchivedEvent, 'number' | 'hash' | 'source' | 'type' | 'subject'>

/** The delivery status of each recipient of some events, and how connectors deliver them. By archive number. */
export async function deliveriesOf(
  { recipientStatuses, inbox, connectorReads }: DeliveriesOptions,
  events: readonly Named[],
  language: Language
) {
  const numbers = events.map(({ number }) => number)
  const recipients = await inbox.recipientsOf(numbers)
  const attempted = await connectorReads.deliveries.ofEvents(events.map(({ hash }) => hash))
  const attempts = Map.groupBy(attempted, ({ event, recipient }) => `${event} ${recipient}`)
  const recalls = new Map((await inbox.recallsOf(events)).map((recall) => [nameOf(recall), recall]))
  const statuses = new Map((await recipientStatuses.ofEvents(numbers)).map((one) => [nameOf(one), one]))

  const statusOf = (event: number, agency: string) => {
    const known = statuses.get(nameOf({ event, agency }))
    if (!known) {
      const recall = recalls.get(nameOf({ event, agency }))
      if (!recall) return { agency, state: 'pending' }
      return { agency, state: 'recalled', at: new Date(recall.at).toISOString(), system: recall.system }
    }
    return {
      agency,
      state: known.state,
      at: new Date(known.at).toISOString(),
      system: known.system,
      ...(known.code === null ? {} : { code: known.code }),
      ...(known.reason === null ? {} : { reason: known.reason })
    }
  }
  const connectorsOf = (hash: string, agency: string) =>
    (attempts.get(`${hash} ${agency}`) ?? []).map(
      ({ event, type, sender, subject, recipient, ...delivery }) => inLanguage(delivery, language)
    )
  return new Map(
    events.map(({ number, hash }) => [
      number,
      (recipients.get(number) ?? []).map((agency) => {
        const connectors = connectorsOf(hash, agency)
        return { ...statusOf(number, agency), ...(connectors.length === 0 ? {} : { connectors }) }
      })
    ])
  )
}

function nameOf({ event, agency }: { readonly event: number; readonly agency: string }): string {
  return `${event} ${agency}`
}
