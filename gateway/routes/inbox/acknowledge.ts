import type { FastifyPluginAsync } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Archive } from '#bus/archive/archive.ts'
import type { Turns } from '#bus/fair-use/turns.ts'
import type { Answer, RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { Inbox } from '#consumers/inbox/read.ts'
import type { EventLog } from '#engines/event-log/event-log.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { compileCheck } from '#protocol/events/json-schema.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'
import { violationValues } from '#protocol/events/violation-text.ts'

export interface AcknowledgeOptions {
  readonly archive: Archive
  readonly recipientStatuses: RecipientStatuses
  readonly inbox: Inbox
  readonly turns: Pick<Turns, 'next'>
  readonly log: Pick<EventLog, 'find'>
}

/** Answers in one request. */
export const maxAnswers = 500

export const Acknowledgements = Type.Object(
  {
    acknowledgements: Type.Array(
      Type.Object(
        {
          source: Type.String({ minLength: 1, maxLength: 256 }),
          id: Type.String({ minLength: 1, maxLength: 128 }),
          state: Type.Union([Type.Literal('accepted'), Type.Literal('rejected')]),
          code: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 64,
              description: "A code of the agency's own for the reason."
            })
          ),
          reason: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 }))
        },
        { additionalProperties: false }
      ),
      { minItems: 1, maxItems: maxAnswers }
    )
  },
  { additionalProperties: false }
)
type Acknowledgements = Static<typeof Acknowledgements>

const Recorded = Type.Object({
  recorded: Type.Integer({ description: 'Number of answers recorded, including repeated ones.' })
})

const checkAnswers = compileCheck<Acknowledgements>(
  Acknowledgements,
  (violation) =>
    new BusError('BUS_ACT_INVALID', 'acknowledgement-invalid', { values: { ...violationValues(violation) } })
)

/**
 * `POST /v1/inbox/acknowledgements`: records all of an agency's answers or none. The first answer to an
 * event is final.
 */
export const acknowledge: FastifyPluginAsync<AcknowledgeOptions> = async (app, options) => {
  const { archive, recipientStatuses, inbox, log, turns } = options

  /** Takes the same steps for an event that does not exist and for one that the agency may not see. */
  const eventNumber = async (
    agency: string,
    names: { source: string; id: string },
    member: string
  ): Promise<number> => {
    const [held] = await log.find([names])
    const event = await archive.findByHash(held?.hash ?? '')
    const isGiven = await inbox.hasAny(agency, [event?.number ?? 0])
    if (!event || !isGiven) throw new BusError('BUS_NOT_FOUND', 'answered-not-found', { values: { member } })
    return event.number
  }

  app.post(
    '/v1/inbox/acknowledgements',
    {
      config: { token: 'act', rights: 'own' },
      schema: {
        summary: 'Accept or reject events, with a token bound to the body',
        tags: ['inbox'],
        security: [{ act: [] }],
        response: { 200: Recorded }
      }
    },
    async ({ body, caller, evidence: token }) => {
      const answers = checkAnswers(parseStrictJson(body as Buffer)).acknowledgements
      const numbered: Answer[] = []
      for (const [index, { source, id, ...answer }] of answers.entries()) {
        await turns.next(caller.agency)
        const event = await eventNumber(caller.agency, { source, id }, `/acknowledgements/${index}`)
        numbered.push({ ...answer, event })
      }
      await inbox.endUndelivered(
        caller.agency,
        numbered.map(({ event }) => event)
      )
      await recipientStatuses.answer({ agency: caller.agency, system: caller.system, token }, numbered)
      return { recorded: numbered.length }
    }
  )
}
