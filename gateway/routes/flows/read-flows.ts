import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Turns } from '#bus/fair-use/turns.ts'
import type { FlowQuery, FlowSummary, Flows, Missing, Timeline, VisibleStep } from '#consumers/flows/read.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Language } from '#protocol/errors/faults.ts'
import { languageOf } from '#protocol/errors/problem.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { type AuthorizationOptions, type Caller, checkAgain } from '../../plugins/authentication.ts'
import { type DeliveriesOptions, deliveriesOf } from '../events/deliveries-of.ts'
import { instantOf } from '../lookups/page.ts'
import { FlowPageSchema, FlowStateSchema, TimelineSchema } from './flow-shapes.ts'
import { flowsCsv, maxCsvFlows } from './flows-csv.ts'

export interface ReadFlowsOptions extends AuthorizationOptions, DeliveriesOptions {
  readonly flows: Flows
  readonly turns: Pick<Turns, 'next'>
  readonly now: () => number
}

const text = (description: string, maxLength = 300) =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description }))

const Query = Type.Object(
  {
    q: text('Words of a title, or the beginning of an identifier. Diacritics do not matter.', 1000),
    subject: text('The beginning of a subject, or of the flow.'),
    number: text('The beginning of number and notation of a document: 123/UBND-VP.'),
    dossier: text('The beginning of a dossier code.'),
    citizen: text("The beginning of a citizen's code."),
    agency: text('An agency that sent an event of it, or may see one.', 35),
    type: text('An event type of one of its events.', 128),
    state: Type.Optional(FlowStateSchema),
    from: text('Only flows with such an event at or after this instant, RFC 3339.', 40),
    to: text('Only flows with such an event before this instant, RFC 3339.', 40),
    after: Type.Optional(Type.String({ maxLength: 40 })),
    limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,2}$' }))
  },
  { additionalProperties: false }
)
type Query = Static<typeof Query>

const Params = Type.Object(
  { flow: Type.String({ minLength: 1, maxLength: 256 }) },
  { additionalProperties: false }
)
const TimelineQuery = Type.Object(
  {
    after: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' })),
    limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,3}$' }))
  },
  { additionalProperties: false }
)

/** Steps whose recipients are read at once, and recipients after which a page ends. */
const stepsAtOnce = 20
const maxRecipients = 5000

const maxFlows = 100
const maxSteps = 1000
/** Memory for an answer with a thousand steps. */
const timelineBytes = 8_388_608

/** `GET /v1/flows` and `/v1/flows/{flow}`: search cases, and see where one is and who holds it. */
export const readFlows: FastifyPluginAsync<ReadFlowsOptions> = async (app, options) => {
  const { flows, turns } = options

  app.get<{ Querystring: Query }>(
    '/v1/flows',
    {
      config: { token: 'plain', rights: 'own-or-all' },
      schema: {
        summary:
          'Search flows: cases across agencies, the newest first. An agency finds those of which it may see a step that is searched for. With Accept: text/csv the answer is a table of all of them, or of `limit`: at most 10,000. Its last row says if it is cut.',
        tags: ['flows'],
        security: [{ plain: [] }],
        querystring: Query,
        response: { 200: FlowPageSchema }
      },
      serializerCompiler: () => JSON.stringify
    },
    async ({ caller, query, headers }, reply) => {
      const { after, limit, ...searched } = query
      const wanted = withTimes(searched)
      if (headers.accept?.startsWith('text/csv')) {
        const table = await flowsCsv({
          ...{ after, maxFlows: limit === undefined ? maxCsvFlows : Number(limit) },
          search: (page) => flows.search(caller, wanted, page),
          language: languageOf(headers['accept-language']),
          async betweenPages() {
            await checkAgain(options, caller, options.now)
            await turns.next(caller.agency)
          }
        })
        return reply.type('text/csv; charset=utf-8; header=present').send(table)
      }
      const { items, next, isPartial, behind } = await flows.search(caller, wanted, {
        limit: Math.min(Number(limit ?? '50'), maxFlows),
        ...(after === undefined ? {} : { after })
      })
      if (next !== undefined) {
        const nextQuery = new URLSearchParams({ ...query, after: next })
        reply.header('link', `</v1/flows?${nextQuery}>; rel="next"`)
      }
      return {
        items: items.map(toFlow),
        ...(next === undefined ? {} : { next }),
        ...(isPartial ? { isPartial } : {}),
        behind
      }
    }
  )

  app.get<{ Params: Static<typeof Params>; Querystring: Static<typeof TimelineQuery> }>(
    '/v1/flows/:flow',
    {
      config: { token: 'plain', rights: 'own-or-all', answerBytes: timelineBytes },
      schema: {
        summary:
          'A flow: its steps, oldest first, with the status of each recipient, and what is missing. Steps that the caller may not see have only agency and time.',
        tags: ['flows'],
        security: [{ plain: [] }],
        params: Params,
        querystring: TimelineQuery,
        response: { 200: TimelineSchema }
      },
      serializerCompiler: () => JSON.stringify
    },
    async (request, reply) => {
      const { caller, params, query } = request
      const { after = '0', limit = `${maxSteps}` } = query
      const page = { after: Number(after), limit: Math.min(Number(limit), maxSteps) }
      const found = await flows.timeline(caller, params.flow, page)
      if (!found) throw new BusError('BUS_NOT_FOUND', 'not-found')
      const shown = await toTimeline(found, request, options)
      if (shown.next !== undefined) {
        const nextQuery = new URLSearchParams({ ...query, after: String(shown.next) })
        reply.header('link', `</v1/flows/${encodeURIComponent(params.flow)}?${nextQuery}>; rel="next"`)
      }
      return shown
    }
  )
}

/** Instants as the archive writes them. Throws `BUS_QUERY_INVALID` for what is none. */
function withTimes({ from, to, ...query }: Omit<Query, 'after' | 'limit'>): FlowQuery {
  const instant = (name: string, written: string): string => new Date(instantOf(name, written)).toISOString()
  return {
    ...query,
    ...(from === undefined ? {} : { from: instant('from', from) }),
    ...(to === undefined ? {} : { to: instant('to', to) })
  }
}

function toFlow({ missing, missingIsMore, ...flow }: FlowSummary) {
  return {
    ...flow,
    holders: missing.map(toHolder),
    ...(missingIsMore ? { holdersIsMore: true } : {})
  }
}

function toHolder({ agency, since, due, expects }: Missing) {
  return {
    agency,
    since: new Date(since).toISOString(),
    ...(due === undefined ? {} : { due: new Date(due).toISOString() }),
    expects
  }
}

async function toTimeline(
  { page, missing, missingIsMore, awaiting, steps: count, next, ...flow }: Timeline,
  { caller, headers }: FastifyRequest,
  options: ReadFlowsOptions
): Promise<Static<typeof TimelineSchema>> {
  const visible = page.filter((step): step is VisibleStep => !('isHidden' in step))
  const language = languageOf(headers['accept-language'])
  const ofPage = await someDeliveries(visible, language, options)
  const first = visible[ofPage.size]
  const steps = first ? page.slice(0, page.indexOf(first)) : page
  const last = first ? steps.at(-1)?.number : next
  const asked = Array.from(awaiting, ([number, names]) => ({ number, ...names }))
  const others = asked.filter(({ number }) => !ofPage.has(number))
  const deliveries = new Map([...ofPage, ...(await someDeliveries(others, language, options))])
  const statusAt = ({ agency, step }: Missing) => {
    const sender = agencyOf(awaiting.get(step)?.source ?? '')
    return shownTo(caller, sender, deliveries.get(step) ?? []).find((one) => one.agency === agency)
  }
  const now = options.now()
  return {
    ...flow,
    subjects: [...flow.subjects],
    agencies: [...flow.agencies],
    count,
    steps: steps.map((step) => {
      if ('isHidden' in step) return step
      const { id: _, traceparent, title, actor, cause, ...known } = step
      const [, traceId] = traceparent?.split('-') ?? []
      return {
        ...known,
        ...(title === undefined ? {} : { title }),
        ...(actor === undefined ? {} : { actor }),
        ...(cause === undefined ? {} : { cause }),
        recipients: shownTo(caller, step.agency, deliveries.get(step.number) ?? []),
        ...(traceId === undefined ? {} : { traceId }),
        event: `/v1/events/${step.hash}`
      } as never
    }),
    missing: missing.map((one) => {
      const { state, connectors } = statusAt(one) ?? {}
      return {
        ...toHolder(one),
        expects: [...one.expects],
        isOverdue: one.due !== undefined && one.due < now,
        after: awaiting.get(one.step)?.hash ?? '',
        ...(state === undefined ? {} : { state }),
        ...(connectors === undefined ? {} : { connectors })
      } as never
    }),
    ...(missingIsMore ? { missingIsMore } : {}),
    ...(last === undefined ? {} : { next: last })
  }
}

/** Deliveries of the first of these events: of as many as have no more recipients than can be shown. */
async function someDeliveries(
  events: Parameters<typeof deliveriesOf>[1],
  language: Language,
  options: ReadFlowsOptions
): ReturnType<typeof deliveriesOf> {
  const found: Awaited<ReturnType<typeof deliveriesOf>> = new Map()
  let recipients = 0
  for (let at = 0; at < events.length && recipients < maxRecipients; at += stepsAtOnce) {
    for (const [number, own] of await deliveriesOf(options, events.slice(at, at + stepsAtOnce), language)) {
      found.set(number, own)
      recipients += own.length
    }
  }
  return found
}

/** How an event fared with its recipients is for its sender and those who see all; a recipient sees its own. */
function shownTo<T extends { readonly agency: string }>(
  { agency, seesAll }: Caller,
  sender: string,
  deliveries: readonly T[]
): readonly T[] {
  return seesAll || agency === sender ? deliveries : deliveries.filter((one) => one.agency === agency)
}
