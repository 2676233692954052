import type { FastifyPluginAsync } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Turns } from '#bus/fair-use/turns.ts'
import type { Acts, FoundAct } from '#consumers/acts/read.ts'
import { instantOf, linkNext, pageMembers, pageOf } from './page.ts'

export interface ReadActsOptions {
  readonly acts: Acts
  readonly turns: Pick<Turns, 'next'>
}

const Instant = Type.String({ format: 'date-time' })

const Query = Type.Object(
  {
    q: Type.Optional(
      Type.String({
        maxLength: 1000,
        description:
          'Words, or their beginnings, that all occur in the act, with or without diacritics; the first 8 count.'
      })
    ),
    who: Type.Optional(
      Type.String({ maxLength: 300, description: 'The system, agency or person that did it.' })
    ),
    act: Type.Optional(Type.String({ maxLength: 100, description: 'Such as key.added, release or pause.' })),
    resource: Type.Optional(
      Type.String({ maxLength: 300, description: 'What it is about, with what is below it.' })
    ),
    agency: Type.Optional(Type.String({ maxLength: 35, description: 'An agency that it touches.' })),
    from: Type.Optional(Type.String({ maxLength: 40, description: 'Recorded at or after this time.' })),
    to: Type.Optional(Type.String({ maxLength: 40, description: 'Recorded before this time.' })),
    ...pageMembers('^[0-9]{1,15}\\.[0-9]{1,15}$')
  },
  { additionalProperties: false }
)
type Query = Static<typeof Query>

const Act = Type.Object({
  number: Type.Integer({ description: 'Among all acts.' }),
  act: Type.String(),
  resource: Type.String(),
  by: Type.Object({
    system: Type.Optional(Type.String()),
    agency: Type.Optional(Type.String()),
    person: Type.Optional(Type.Object({ id: Type.String(), name: Type.String() }))
  }),
  onBehalfOf: Type.Optional(
    Type.String({ description: 'The agency whose resource it is, if a system of another one did it.' })
  ),
  recordedAt: Instant,
  reason: Type.Optional(Type.String()),
  body: Type.Object({}, { additionalProperties: true, description: 'What the act says.' }),
  hash: Type.String({ description: 'SHA-256 of the body that was signed, hex.' })
})

const Page = Type.Object({ items: Type.Array(Act), next: Type.Optional(Type.String()) })

/**
 * `GET /v1/acts`: who did what, the newest first: control acts, and acts on deliveries, connectors and quarantined
 * items. Operators and auditors see all, an agency those that touch it.
 */
export const readActs: FastifyPluginAsync<ReadActsOptions> = async (app, { acts, turns }) => {
  app.get<{ Querystring: Query }>(
    '/v1/acts',
    {
      config: { token: 'plain', rights: 'own-or-all' },
      schema: {
        summary:
          'Who did what, newest first; those that touch the own agency, or all for operators and auditors',
        tags: ['lookups'],
        security: [{ plain: [] }],
        querystring: Query,
        response: { 200: Page }
      }
    },
    async ({ caller, query }, reply) => {
      const { q, who, act, resource, agency, from, to } = query
      const agencies = [agency, caller.seesAll ? undefined : caller.agency]
      const page = await acts.search(
        {
          agencies: agencies.filter((one) => one !== undefined),
          ...(q === undefined ? {} : { q }),
          ...(who === undefined ? {} : { who }),
          ...(act === undefined ? {} : { act }),
          ...(resource === undefined ? {} : { resource }),
          ...(from === undefined ? {} : { from: instantOf('from', from) }),
          ...(to === undefined ? {} : { to: instantOf('to', to) })
        },
        { ...pageOf(query), turn: () => turns.next(caller.agency) }
      )
      linkNext(reply, '/v1/acts', query, page.next)
      return { ...page, items: page.items.map(show) }
    }
  )
}

function show(found: FoundAct): Static<typeof Act> {
  const { number, act, resource, system, agency, person, onBehalfOf, at, reason, body, hash } = found
  return {
    ...{ number, act, resource, hash, body },
    by: { system, agency, ...(person === undefined ? {} : { person }) },
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    recordedAt: new Date(at).toISOString(),
    ...(reason === undefined ? {} : { reason })
  }
}
