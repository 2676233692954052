import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Control } from '#bus/control/control.ts'
import type { Freshness } from '#bus/control/follow-acts.ts'
import { kindsOf } from '#bus/control/kinds.ts'
import { maySeeAgreement } from '#bus/control/may-see-agreement.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { isOfRegistry, subjectOfResource } from '#protocol/events/event-subjects.ts'
import type { Rights } from '../../rights.ts'
import { maxLimit } from '../lookups/page.ts'
import { showAgency, showAgreement, showBusKey, showRight, showSubject, showSystem } from './show.ts'

export interface ControlRoutesOptions {
  readonly control: Control
  readonly freshness: Pick<Freshness, 'waitUntilPropagated'>
}

const Recorded = Type.Object({
  number: Type.Integer({ description: 'Number of the act among all control acts.' }),
  act: Type.String(),
  resource: Type.String(),
  hash: Type.String({
    description: 'Hash of the act; the next act on this resource must name it as `previous`.'
  })
})

const Page = Type.Object({
  items: Type.Array(Type.Object({}, { additionalProperties: true })),
  next: Type.Optional(Type.String())
})

const ListQuery = Type.Object(
  {
    after: Type.Optional(Type.String({ maxLength: 300 })),
    limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,2}$' })),
    agency: Type.Optional(Type.String({ maxLength: 35 }))
  },
  { additionalProperties: false }
)

type ListQuery = { after?: string; limit?: string; agency?: string }

/** A list under `/v1`: its items, and the kinds of acts that it accepts. */
interface ControlList {
  readonly path: string
  readonly summary: string
  readonly summaryOfOne: string
  readonly kinds: readonly string[]
  /** Who sees the items; by default every registered system. */
  readonly rights?: Rights
  readonly items: (request: FastifyRequest) => readonly ListedItem[]
}

interface ListedItem {
  /** Lists are sorted and paged by name. */
  readonly name: string
  readonly agencies: readonly string[]
  readonly show: () => object
}

/** `/v1/agencies`, `/v1/systems`, `/v1/bus-keys`, `/v1/rights`, `/v1/agreements`, `/v1/schemas`: read control state, and post acts. */
export const controlRoutes: FastifyPluginAsync<ControlRoutesOptions> = async (
  app,
  { control, freshness }
) => {
  const { state } = control
  const lists: readonly ControlList[] = [
    {
      path: '/v1/agencies',
      summary: 'Agencies, including closed ones',
      summaryOfOne: 'One agency',
      kinds: kindsOf('agency'),
      items: () =>
        [...state.agencies.values()].map((agency) => ({
          name: agency.code,
          agencies: [agency.code],
          show: () => showAgency(state, agency)
        }))
    },
    {
      path: '/v1/systems',
      summary: 'Systems with their public keys, including past ones',
      summaryOfOne: 'One system with its public keys',
      kinds: kindsOf('system', 'key'),
      items: () =>
        [...state.systems.values()].map((system) => ({
          name: system.id,
          agencies: [system.agency],
          show: () => showSystem(state, system)
        }))
    },
    {
      path: '/v1/bus-keys',
      summary: 'Keys that the bus signs receipts with, including past ones',
      summaryOfOne: 'One key of the bus',
      kinds: kindsOf('bus-key'),
      items: () =>
        [...state.busKeys.values()].map((key) => ({
          name: `/bus/keys/${key.kid}`,
          agencies: ['/bus'],
          show: () => showBusKey(state, key)
        }))
    },
    {
      path: '/v1/rights',
      summary: 'Rights to publish',
      summaryOfOne: 'One right to publish',
      kinds: kindsOf('right'),
      items: () =>
        [...state.systems.values()].flatMap((system) =>
          system.rights
            .filter(({ span }) => span.to === undefined)
            .map((right) => ({
              name: `${system.id}/${right.type}`,
              agencies: [system.agency],
              show: () => showRight(state, system, right)
            }))
        )
    },
    {
      path: '/v1/agreements',
      summary: 'Agreements of the calling agency; all agreements for operators and auditors',
      summaryOfOne: 'One agreement',
      kinds: kindsOf('agreement'),
      rights: 'own-or-all',
      items: ({ caller }) =>
        [...state.agreements.values()]
          .filter((agreement) => caller.seesAll || maySeeAgreement(state, agreement, caller))
          .map((agreement) => ({
            name: agreement.id,
            agencies: [agreement.provider, agreement.consumer],
            show: () => showAgreement(state, agreement)
          }))
    },
    {
      path: '/v1/schemas',
      summary: 'Resources of acts on the schema registry: subjects, and the registry itself',
      summaryOfOne: 'One subject of the schema registry, as a resource of acts',
      kinds: kindsOf('schema', 'registry-config'),
      items: () =>
        [...state.lastOn.keys()].filter(isOfRegistry).map((resource) => {
          const subject = subjectOfResource(resource)
          return {
            name:
              subject === undefined || resource.startsWith('/schemas/') ? resource : `/subjects/${subject}`,
            agencies: [state.registry.subjects.get(subject ?? '')?.owner ?? '/bus'],
            show: () => showSubject(state, resource, subject)
          }
        })
    }
  ]

  for (const list of lists) {
    app.get<{ Querystring: ListQuery }>(
      list.path,
      {
        config: { token: 'plain', rights: list.rights ?? 'registered' },
        schema: {
          summary: list.summary,
          tags: ['control'],
          security: [{ plain: [] }],
          querystring: ListQuery,
          response: { 200: Page }
        }
      },
      async (request, reply) => {
        const page = pageOf(list.items(request), request.query)
        if (page.next !== undefined) {
          reply.header('link', `<${list.path}?after=${encodeURIComponent(page.next)}>; rel="next"`)
        }
        return page
      }
    )

    app.get<{ Params: { '*': string } }>(
      `${list.path}/*`,
      {
        config: { token: 'plain', rights: list.rights ?? 'registered' },
        schema: { summary: list.summaryOfOne, tags: ['control'], security: [{ plain: [] }] }
      },
      async (request) => {
        const item = list.items(request).find(({ name }) => matches(name, `/${request.params['*']}`))
        if (!item) throw new BusError('BUS_NOT_FOUND', 'not-found')
        return item.show()
      }
    )

    app.post(
      list.path,
      {
        config: { token: 'act', rights: 'by-kind' },
        schema: {
          summary: `Post an act (${list.kinds.join(', ')}), with a token bound to the body`,
          tags: ['control'],
          security: [{ act: [] }],
          response: { 201: Recorded }
        }
      },
      async ({ body, caller, evidence: token }, reply) => {
        const signed = { body: body as Buffer, token }
        const prepared = await control.prepare(signed.body, caller.agency)
        const line = caller.operator ? caller.system : caller.agency // Acts of its agency do not delay an operator.
        const recorded = await control.append(signed, { line, kinds: list.kinds, prepared })
        await freshness.waitUntilPropagated(recorded.number)
        return reply.code(201).send(recorded)
      }
    )
  }
}

/** Whether an item's name is the rest of its path: `/<code>`, `/agencies/<code>/systems/<name>`, `/<agreement>`. */
function matches(name: string, rest: string): boolean {
  return rest === `/${name}` || rest === name || `/agreements${rest}` === name
}

function pageOf(items: readonly ListedItem[], query: ListQuery): { items: readonly object[]; next?: string } {
  const limit = Math.min(Number(query.limit ?? 100), maxLimit)
  const sorted = items
    .filter(({ agencies }) => query.agency === undefined || agencies.includes(query.agency))
    .filter(({ name }) => query.after === undefined || name > query.after)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const page = sorted.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(({ show }) => show()),
    ...(sorted.length > limit && last ? { next: last.name } : {})
  }
}
