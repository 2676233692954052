import type { ArchivedEvent } from '#bus/archive/archived-event.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { ConnectorReads } from '#connectors/host/read.ts'
import type { Inbox } from '#consumers/inbox/read.ts'
import type { Language } from '#protocol/errors/faults.ts'
import { inLanguage } from '../deliveries/delivery-shapes.ts'

export interface DeliveriesOptions {
  readonly recipientStatuses: Pick<RecipientStatuses, 'ofEvents'>
  readonly inbox: Pick<Inbox, 'recallsOf' | 'recipientsOf' | 'leftOutOf'>
  readonly connectorReads: Pick<ConnectorReads, 'deliveries'>
}

type Named = Pick<ArchivedEvent, 'number' | 'hash' | 'source' | 'type' | 'subject'>

/** Of a recipient whose inbox refused the event. */
const refusedByInbox = {
  en: 'The bus could not put the event into the inbox of this recipient, and has reported it to its operator. Ask the operator, or send what it says in a new event.',
  vi: 'Trục liên thông không đưa được sự kiện vào hộp thư của nơi nhận này và đã báo cho đơn vị vận hành. Hãy liên hệ đơn vị vận hành, hoặc gửi lại nội dung trong một sự kiện mới.'
}

/** The delivery status of each recipient of some events, and how connectors deliver them. By archive number. */
export async function deliveriesOf(
  { recipientStatuses, inbox, connectorReads }: DeliveriesOptions,
  events: readonly Named[],
  language: Language
) {
  const numbers = events.map(({ number }) => number)
  const hashes = events.map(({ hash }) => hash)
  const recipients = await inbox.recipientsOf(numbers)
  const leftOut = Map.groupBy(await inbox.leftOutOf(hashes), ({ event }) => event)
  const attempted = await connectorReads.deliveries.ofEvents(hashes)
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
    events.map(({ number, hash }) => {
      const entered = (recipients.get(number) ?? []).map((agency) => {
        const connectors = connectorsOf(hash, agency)
        return { ...statusOf(number, agency), ...(connectors.length === 0 ? {} : { connectors }) }
      })
      const others: typeof entered = (leftOut.get(hash) ?? []).map(({ agency }) => ({
        agency,
        state: 'pending',
        reason: refusedByInbox[language]
      }))
      const all = [...entered, ...others.filter(({ agency }) => !recipients.get(number)?.includes(agency))]
      return [number, all.sort((one, other) => (one.agency < other.agency ? -1 : 1))]
    })
  )
}

function nameOf({ event, agency }: { readonly event: number; readonly agency: string }): string {
  return `${event} ${agency}`
}
