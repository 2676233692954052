import type { FastifyPluginAsync } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Turns } from '#bus/fair-use/turns.ts'
import type { GivenRecorder } from '#bus/recipients/record-given.ts'
import type { ActivityNotes } from '#consumers/activity/read.ts'
import type { Inbox } from '#consumers/inbox/read.ts'
import type { Tracing } from '#engines/telemetry/tracing.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import {
  type AuthorizationOptions,
  checkStillAuthorized,
  systemThatSent
} from '../../plugins/authentication.ts'
import { whenClosed } from '../../plugins/when-closed.ts'
import { itemText } from '../item-text.ts'
import { instantOf } from '../lookups/page.ts'
import { sendGiven } from '../send-given.ts'
import { AddedSchema, EventSchema, ProofSchema } from '../shapes.ts'

export interface ReadInboxOptions extends AuthorizationOptions {
  readonly inbox: Inbox
  readonly given: GivenRecorder
  readonly activityNotes: Pick<ActivityNotes, 'note'>
  readonly turns: Pick<Turns, 'next'>
  readonly tracing: Tracing
  readonly now: () => number
  /** Aborts when the gateway stops: waiting readers get what there is. */
  readonly stopping: AbortSignal
}

const Query = Type.Object(
  {
    after: Type.Optional(
      Type.String({
        maxLength: 128,
        description: 'A cursor from an earlier page; without it reading starts at the oldest entry.'
      })
    ),
    from: Type.Optional(
      Type.String({
        format: 'date-time',
        maxLength: 40,
        description:
          "Start at the first entry recorded at or after this time; cannot be combined with 'after'."
      })
    ),
    limit: Type.Optional(
      Type.String({
        pattern: '^[1-9][0-9]{0,2}$',
        description: 'Maximum number of entries, 1 to 500; default 100.'
      })
    ),
    type: Type.Optional(
      Type.String({
        maxLength: 1000,
        pattern: '^[!-~]*$',
        description: 'Only these event types, separated by commas; at most 30.'
      })
    ),
    waitSeconds: Type.Optional(
      Type.String({
        pattern: '^[0-9]{1,2}$',
        description: 'How long to wait for a first entry, 0 to 30; default 0.'
      })
    )
  },
  { additionalProperties: false }
)

export const inboxLimits = { events: 500, types: 30, waitSeconds: 30 } as const

const Page = Type.Object({
  events: Type.Array(
    Type.Object({
      cursor: Type.String(),
      event: EventSchema,
      added: AddedSchema,
      signature: Type.Optional(ProofSchema),
      receipt: ProofSchema
    })
  ),
  next: Type.String({ description: 'Always present; pass it as `after` of the next request.' })
})

/**
 * `GET /v1/inbox`: the calling agency's next events. Safe to repeat: the position is in the request, not in
 * the gateway.
 */
export const readInbox: FastifyPluginAsync<ReadInboxOptions> = async (app, options) => {
  const { inbox, given, activityNotes, freshness, turns, tracing, now, stopping } = options
  app.get<{ Querystring: Static<typeof Query> }>(
    '/v1/inbox',
    {
      // What is read is delivered: not for people.
      config: { token: 'plain', session: false, rights: 'own', answerBytes: 'later' },
      serializerCompiler: () => String,
      schema: {
        summary: "Read the calling agency's next events",
        tags: ['inbox'],
        security: [{ plain: [] }],
        querystring: Query,
        response: { 200: Page }
      }
    },
    async (request, reply) => {
      const caller = systemThatSent(request)
      const query = toInboxQuery(request.query)
      if (query.waitMs > 0) request.use?.beginLongPoll()
      const turn = (): Promise<void> | undefined => turns.next(caller.agency)
      const gone = new AbortController()
      whenClosed(reply, () => gone.abort('closed')) // Without a reason each page would make an error.
      const signal = AbortSignal.any([gone.signal, stopping])
      await given.room(signal)
      const page = await inbox.page(caller, query, {
        signal,
        checkFresh: freshness.check,
        turn,
        takeRoom: (bytes) => request.use?.takeAnswer(bytes)
      })
      const hops = tracing.recordPage(
        page.items.map(({ event }) => event),
        { reader: caller.system, traceparent: request.traceparent, elapsedMs: reply.elapsedTime }
      )
      const items: string[] = []
      for (const [index, { cursor, event, agreement }] of page.items.entries()) {
        await turn()
        items.push(itemText(event, { cursor, agreement, traceparent: hops[index]?.traceparent }))
      }
      checkStillAuthorized(options, caller, now()) // Other agencies may have had turns meanwhile.
      activityNotes.note(caller.system, 'read')
      const numbers = page.items.map(({ event }) => event.number)
      return sendGiven(request, reply, {
        text: `{"events":[${items.join(',')}],"next":${JSON.stringify(page.next)}}`,
        given: () => given.add(caller, numbers)
      })
    }
  )
}

function toInboxQuery(query: Static<typeof Query>): Parameters<Inbox['page']>[1] {
  const limit = Number(query.limit ?? 100)
  const waitSeconds = Number(query.waitSeconds ?? 0)
  const refuse = (name: string, problem: string, problemVi: string): never => {
    throw new BusError('BUS_QUERY_INVALID', 'query-invalid', { values: { name, problem, problemVi } })
  }
  const { events, waitSeconds: longestWait } = inboxLimits
  if (limit > events) refuse('limit', `must be from 1 to ${events}`, `phải từ 1 đến ${events}`)
  if (waitSeconds > longestWait)
    refuse('waitSeconds', `must be from 0 to ${longestWait}`, `phải từ 0 đến ${longestWait}`)
  if (query.after !== undefined && query.from !== undefined)
    refuse('from', "cannot be used together with 'after'", "không dùng cùng 'after'")
  const types = [...new Set(query.type?.split(',').filter((type) => type !== ''))]
  if (types.length > inboxLimits.types)
    refuse(
      'type',
      `must name at most ${inboxLimits.types} types`,
      `chỉ được tối đa ${inboxLimits.types} loại`
    )
  return {
    limit,
    waitMs: waitSeconds * 1000,
    types,
    ...(query.after === undefined ? {} : { after: query.after }),
    ...(query.from === undefined ? {} : { from: instantOf('from', query.from) })
  }
}
