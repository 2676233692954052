import Type from 'typebox'
import type { ShownDelivery } from '#connectors/host/read.ts'
import type { Language } from '#protocol/errors/faults.ts'

const Instant = Type.String({ format: 'date-time' })

export const DeliveryStateSchema = Type.Union(
  [
    Type.Literal('waiting'),
    Type.Literal('dead'),
    Type.Literal('in-doubt'),
    Type.Literal('delivered'),
    Type.Literal('skipped'),
    Type.Literal('ended')
  ],
  {
    description:
      'waiting: attempted now or later. dead: not tried again without a person. in-doubt: the outside system may have the event; a report or a person decides. ended: the event expired or was recalled. Later events of the same sender and subject wait for one that is waiting, dead or in-doubt.'
  }
)

/** What a connector's delivery has in every answer. */
const members = {
  connector: Type.String({ description: 'The connector instance.' }),
  state: DeliveryStateSchema,
  attempts: Type.Integer({ description: 'Attempts that reached the outside system.' }),
  begun: Type.Optional(
    Type.String({ format: 'date-time', description: 'Since when an attempt runs, or a look-up is due.' })
  ),
  nextAttempt: Type.Optional(Instant),
  lastError: Type.Optional(Type.Object({ code: Type.String(), at: Instant, detail: Type.String() })),
  ended: Type.Optional(Instant)
}

/** A person who did something in a session of the console. */
export const PersonSchema = Type.Object({ id: Type.String(), name: Type.String() })

/** How a connector of a recipient delivers an event, as its publisher sees it. */
export const ConnectorDeliverySchema = Type.Object(members)

export const ListedDeliverySchema = Type.Object({
  ...members,
  event: Type.String({ description: "The event's hash." }),
  type: Type.String(),
  recipient: Type.String(),
  sender: Type.String(),
  subject: Type.String()
})

export const DeliveryDetailsSchema = Type.Object({
  ...ListedDeliverySchema.properties,
  waitsFor: Type.Optional(
    Type.String({ description: 'Hash of the event of the same sender and subject that must end first.' })
  ),
  acts: Type.Array(
    Type.Object({
      act: Type.String(),
      by: Type.String({ description: 'The system that did it, or in whose name a person did.' }),
      person: Type.Optional(PersonSchema),
      at: Instant,
      reason: Type.Optional(Type.String())
    })
  )
})

/** A delivery with the text of its last error in the reader's language. */
export function inLanguage<T extends Pick<ShownDelivery, 'lastError'>>(delivery: T, language: Language) {
  const { lastError, ...rest } = delivery
  if (!lastError) return rest
  const { code, at, detail } = lastError
  return { ...rest, lastError: { code, at, detail: detail[language] } }
}
