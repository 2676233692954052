import type { FastifyPluginAsync } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Turns } from '#bus/fair-use/turns.ts'
import type { Activity, AgencyActivity } from '#consumers/activity/read.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { instantOf, linkNext, pageMembers, pageOf } from './page.ts'

export interface ReadActivityOptions {
  readonly activity: Activity
  readonly turns: Pick<Turns, 'next'>
}

const Instant = Type.String({ format: 'date-time' })
const published = { at: Instant, type: Type.String(), hash: Type.String() }

const AgencyActivitySchema = Type.Object({
  agency: Type.String(),
  name: Type.String(),
  lastPublished: Type.Optional(Type.Object({ ...published, system: Type.String() })),
  systems: Type.Array(
    Type.Object({
      system: Type.String(),
      lastRead: Type.Optional(Instant),
      lastPublished: Type.Optional(Instant),
      lastRefused: Type.Optional(Instant)
    })
  ),
  backlog: Type.Integer({
    description: 'Entries of its inbox that none of its systems was given: at most 10,000, in lists 1,000.'
  }),
  backlogIsMore: Type.Optional(Type.Boolean({ description: 'There are more than were counted.' })),
  oldestUnread: Type.Optional(Type.Object(published)),
  silentSince: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'When one of its systems last published or read; absent if none ever did.'
    })
  )
})

const Query = Type.Object(
  {
    ...pageMembers('^[0-9]{15}\\.[!-~]'),
    notReadSince: Type.Optional(
      Type.String({ maxLength: 40, description: 'Only agencies that have read nothing since, RFC 3339.' })
    )
  },
  { additionalProperties: false }
)
const Params = Type.Object({ code: Type.String({ maxLength: 35 }) }, { additionalProperties: false })
const Page = Type.Object({ items: Type.Array(AgencyActivitySchema), next: Type.Optional(Type.String()) })

/** `GET /v1/activity`, `/v1/agencies/{code}/activity`: who is active and who is silent. An agency sees itself. */
export const readActivity: FastifyPluginAsync<ReadActivityOptions> = async (app, { activity, turns }) => {
  app.get<{ Querystring: Static<typeof Query> }>(
    '/v1/activity',
    {
      config: { token: 'plain', rights: 'own-or-all' },
      schema: {
        summary:
          'When agencies last published and read, longest silent first; all for operators and auditors',
        tags: ['lookups'],
        security: [{ plain: [] }],
        querystring: Query,
        response: { 200: Page }
      }
    },
    async ({ caller, query }, reply) => {
      const { notReadSince } = query
      const page = await activity.list(caller.seesAll ? undefined : [caller.agency], {
        ...pageOf(query),
        ...(notReadSince === undefined ? {} : { notReadSince: instantOf('notReadSince', notReadSince) }),
        turn: () => turns.next(caller.agency)
      })
      linkNext(reply, '/v1/activity', query, page.next)
      return { ...page, items: page.items.map(show) }
    }
  )

  app.get<{ Params: Static<typeof Params> }>(
    '/v1/agencies/:code/activity',
    {
      config: { token: 'plain', rights: 'own-or-all' },
      schema: {
        summary: 'When an agency and its systems last published and read, and what it has not read',
        tags: ['lookups'],
        security: [{ plain: [] }],
        params: Params,
        response: { 200: AgencyActivitySchema }
      }
    },
    async ({ caller, params: { code } }) => {
      if (!caller.seesAll && caller.agency !== code) throw new BusError('BUS_NOT_FOUND', 'not-found')
      return show(await activity.of(code, () => turns.next(caller.agency)))
    }
  )
}

function show(found: AgencyActivity): Static<typeof AgencyActivitySchema> {
  const { agency, name, systems, backlog, backlogIsMore, oldestUnread, silentSince } = found
  const [last] = systems.toSorted((a, b) => (b.publishedAt ?? 0) - (a.publishedAt ?? 0))
  return {
    ...{ agency, name },
    ...(last?.publishedAt
      ? {
          lastPublished: {
            at: instant(last.publishedAt),
            type: last.publishedType ?? '',
            hash: last.publishedHash ?? '',
            system: last.system
          }
        }
      : {}),
    systems: systems.map(({ system, readAt, publishedAt, refusedAt }) => ({
      system,
      ...(readAt === null ? {} : { lastRead: instant(readAt) }),
      ...(publishedAt === null ? {} : { lastPublished: instant(publishedAt) }),
      ...(refusedAt === null ? {} : { lastRefused: instant(refusedAt) })
    })),
    backlog,
    ...(backlogIsMore ? { backlogIsMore } : {}),
    ...(oldestUnread ? { oldestUnread: { ...oldestUnread, at: instant(oldestUnread.at) } } : {}),
    ...(silentSince === undefined ? {} : { silentSince: instant(silentSince) })
  }
}

function instant(at: number): string {
  return new Date(at).toISOString()
}
