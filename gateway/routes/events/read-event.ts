import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Archive } from '#bus/archive/archive.ts'
import type { ArchivedEvent } from '#bus/archive/archived-event.ts'
import type { GivenRecorder } from '#bus/recipients/record-given.ts'
import type { Inbox } from '#consumers/inbox/read.ts'
import type { EventLog } from '#engines/event-log/event-log.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { languageOf } from '#protocol/errors/problem.ts'
import { type AuthorizationOptions, type Caller, checkStillAuthorized } from '../../plugins/authentication.ts'
import { itemText } from '../item-text.ts'
import { sendGiven } from '../send-given.ts'
import { AddedSchema, DeliverySchema, EventSchema, ProofSchema } from '../shapes.ts'
import { type DeliveriesOptions, deliveriesOf } from './deliveries-of.ts'

export interface ReadEventOptions extends AuthorizationOptions, DeliveriesOptions {
  readonly archive: Archive
  readonly inbox: Inbox
  readonly given: GivenRecorder
  readonly log: Pick<EventLog, 'find'>
  /** Waits up to `ms` until the whole log is projected; returns whether it is. */
  readonly caughtUp: (ms: number) => Promise<boolean>
  readonly now: () => number
}

const Query = Type.Object(
  { source: Type.String({ maxLength: 256 }), id: Type.String({ maxLength: 128 }) },
  { additionalProperties: false }
)
const Params = Type.Object(
  { hash: Type.String({ pattern: '^[0-9a-f]{64}$' }) },
  { additionalProperties: false }
)
const Item = Type.Object({
  event: EventSchema,
  added: AddedSchema,
  signature: Type.Optional(ProofSchema),
  receipt: ProofSchema,
  deliveries: Type.Array(DeliverySchema)
})

/** Longest wait for an event that was just published. */
const projectorWaitMs = 2000
/** Memory for an answer: a request body may have as much, and proofs come with it. */
const largestEventBytes = 1_048_576
/** A number and a hash that no event has. */
const noEvent = 0
const noHash = ''

/**
 * `GET /v1/events/{hash}` and `?source=&id=`: an event with its delivery statuses, for its publisher and
 * for agencies that may see it.
 */
export const readEvent: FastifyPluginAsync<ReadEventOptions> = async (app, options) => {
  const { archive, inbox, given, log, caughtUp, now } = options

  const answer = async (
    request: FastifyRequest,
    reply: FastifyReply,
    hash: string
  ): Promise<FastifyReply> => {
    const { caller } = request
    const readable = (await isReadable(caller, hash)) || (await isReadableLater(caller, hash))
    const found = readable ? await archive.byHash(hash) : undefined
    if (!found) throw new BusError('BUS_NOT_FOUND', 'not-found')
    const published = isOwn(caller, found)
    const language = languageOf(request.headers['accept-language'])
    const deliveries = (await deliveriesOf(options, [found], language)).get(found.number) ?? []
    const shown = published ? deliveries : deliveries.filter(({ agency }) => agency === caller.agency)
    checkStillAuthorized(options, caller, now())
    return sendGiven(request, reply, {
      text: itemText(found, { deliveries: shown }),
      given: () => {
        // What a person reads is not delivered to a system.
        if (!published && 'token' in caller) given.add(caller, [found.number])
      }
    })
  }

  /**
   * Takes the same steps for an event that does not exist and for one that the caller may not read, or the
   * time of the answer would tell which it is.
   */
  const isReadable = async (caller: Caller, hash: string): Promise<boolean> => {
    const found = await archive.findByHash(hash)
    const isGiven = await inbox.mayRead(caller.agency, [found?.number ?? noEvent])
    return isGiven || (found !== undefined && isOwn(caller, found))
  }

  /** Whether it is once the projector has taken everything that is in the log now. */
  const isReadableLater = async (caller: Caller, hash: string): Promise<boolean> => {
    await caughtUp(projectorWaitMs)
    return isReadable(caller, hash)
  }

  const shape = { tags: ['events'], security: [{ plain: [] }], response: { 200: Item } }
  const route = {
    config: { token: 'plain' as const, rights: 'own' as const, answerBytes: largestEventBytes },
    serializerCompiler: () => String
  }

  app.get<{ Params: { hash: string } }>(
    '/v1/events/:hash',
    { ...route, schema: { ...shape, summary: 'Read an event by its hash', params: Params } },
    async (request, reply) => answer(request, reply, request.params.hash)
  )

  app.get<{ Querystring: { source: string; id: string } }>(
    '/v1/events',
    { ...route, schema: { ...shape, summary: 'Read an event by source and id', querystring: Query } },
    async (request, reply) => {
      const [held] = await log.find([request.query])
      return answer(request, reply, held?.hash ?? noHash)
    }
  )
}

function isOwn({ agency }: Caller, { source }: Pick<ArchivedEvent, 'source'>): boolean {
  return source.startsWith(`/agencies/${agency}/`)
}
