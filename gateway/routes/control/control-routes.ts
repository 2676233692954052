import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Control } from '#bus/control/control.ts'
import type { Freshness } from '#bus/control/follow-acts.ts'
import { kindsOf } from '#bus/control/kinds.ts'
import { maySeeAgreement } from '#bus/control/may-see-agreement.ts'
import { indexAfter, type SortedNames, sortNames } from '#bus/control/sorted-names.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { isOfRegistry, resourceOfSubject, subjectOfResource } from '#protocol/events/event-subjects.ts'
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

const busKeyPrefix = '/bus/keys/'
const subjectPrefix = '/subjects/'

type ListQuery = { after?: string; limit?: string; agency?: string }

/** A list under `/v1`: its items, and the kinds of acts that it accepts. */
interface ControlList {
  readonly path: string
  readonly summary: string
  readonly summaryOfOne: string
  readonly kinds: readonly string[]
  /** Who sees the items; by default every registered system. */
  readonly rights?: Rights
  /** Beginnings of the items' names, each for some items that follow each other; none is the beginning of another. */
  readonly names: SortedNames
  /** The items whose names begin with one of `names`, sorted, if the caller may see them. */
  readonly itemsAt: (name: string, request: FastifyRequest) => readonly ListedItem[]
}

interface ListedItem {
  /** Lists are sorted and paged by name. */
  readonly name: string
  /** Where it is not found by the agency asked for: its agencies may change, or only the caller's own are looked at. */
  readonly agencies?: readonly string[]
  readonly show: () => object
}

/** `/v1/agencies`, `/v1/systems`, `/v1/bus-keys`, `/v1/rights`, `/v1/agreements`, `/v1/schemas`: read control state, and post acts. */
export const controlRoutes: FastifyPluginAsync<ControlRoutesOptions> = async (
  app,
  { control, freshness }
) => {
  const { state } = control
  const registryNames = sortNames(state.lastOn, (_hash, resource) => {
    if (!isOfRegistry(resource)) return undefined
    const subject = resource.startsWith('/schemas/') ? undefined : subjectOfResource(resource)
    return { name: subject === undefined ? resource : `${subjectPrefix}${subject}`, agencies: [] }
  })
  const lists: readonly ControlList[] = [
    {
      path: '/v1/agencies',
      summary: 'Agencies, including closed ones',
      summaryOfOne: 'One agency',
      kinds: kindsOf('agency'),
      names: sortNames(state.agencies, ({ code }) => ({ name: code, agencies: [code] })),
      itemsAt: (name) =>
        shownIn(state.agencies.get(name), (agency) => ({
          name,
          show: () => showAgency(state, agency)
        }))
    },
    {
      path: '/v1/systems',
      summary: 'Systems with their public keys, including past ones',
      summaryOfOne: 'One system with its public keys',
      kinds: kindsOf('system', 'key'),
      names: sortNames(state.systems, ({ id, agency }) => ({ name: id, agencies: [agency] })),
      itemsAt: (name) =>
        shownIn(state.systems.get(name), (system) => ({
          name,
          show: () => showSystem(state, system)
        }))
    },
    {
      path: '/v1/bus-keys',
      summary: 'Keys that the bus signs receipts with, including past ones',
      summaryOfOne: 'One key of the bus',
      kinds: kindsOf('bus-key'),
      names: sortNames(state.busKeys, ({ kid }) => ({ name: `${busKeyPrefix}${kid}`, agencies: ['/bus'] })),
      itemsAt: (name) =>
        shownIn(state.busKeys.get(name.slice(busKeyPrefix.length)), (key) => ({
          name,
          show: () => showBusKey(state, key)
        }))
    },
    {
      path: '/v1/rights',
      summary: 'Rights to publish',
      summaryOfOne: 'One right to publish',
      kinds: kindsOf('right'),
      names: sortNames(state.systems, ({ id, agency }) => ({ name: `${id}/`, agencies: [agency] })),
      itemsAt: (name) =>
        shownIn(state.systems.get(name.slice(0, -1)), (system) =>
          system.rights
            .filter(({ span }) => span.to === undefined)
            .map((right) => ({
              name: `${name}${right.type}`,
              show: () => showRight(state, system, right)
            }))
            .sort((a, b) => (a.name < b.name ? -1 : 1))
        )
    },
    {
      path: '/v1/agreements',
      summary: 'Agreements of the calling agency; all agreements for operators and auditors',
      summaryOfOne: 'One agreement',
      kinds: kindsOf('agreement'),
      rights: 'own-or-all',
      names: sortNames(state.agreements, ({ id, provider, consumer }) => ({
        ...{ name: id, agencies: [provider, consumer] }
      })),
      itemsAt: (name, { caller }) =>
        shownIn(state.agreements.get(name), (agreement) =>
          caller.seesAll || maySeeAgreement(state, agreement, caller)
            ? {
                ...{ name, agencies: [agreement.provider, agreement.consumer] },
                show: () => showAgreement(state, agreement)
              }
            : []
        )
    },
    {
      path: '/v1/schemas',
      summary: 'Resources of acts on the schema registry: subjects, and the registry itself',
      summaryOfOne: 'One subject of the schema registry, as a resource of acts',
      kinds: kindsOf('schema', 'registry-config'),
      names: { of: () => registryNames.of() }, // Owners of subjects change.
      itemsAt(name) {
        const resource = name.startsWith(subjectPrefix)
          ? resourceOfSubject(name.slice(subjectPrefix.length))
          : name
        const subject = subjectOfResource(resource)
        const agencies = [state.registry.subjects.get(subject ?? '')?.owner ?? '/bus']
        return [{ name, agencies, show: () => showSubject(state, resource, subject) }]
      }
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
        const page = pageOf(list, request)
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
        const item = itemNamed(list, request.params['*'], request)
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

function shownIn<T>(
  found: T | undefined,
  itemsOf: (found: T) => ListedItem | readonly ListedItem[]
): readonly ListedItem[] {
  return found === undefined ? [] : [itemsOf(found)].flat()
}

/** The item whose name is the rest of its path: `<code>`, `agencies/<code>/systems/<name>`, `<agreement>`. */
function itemNamed(
  { names, itemsAt }: ControlList,
  rest: string,
  request: FastifyRequest
): ListedItem | undefined {
  const all = names.of()
  for (const wanted of [rest, `/${rest}`, `/agreements/${rest}`]) {
    const at = all[indexAfter(all, wanted) - 1]
    const item = at === undefined ? undefined : itemsAt(at, request).find(({ name }) => name === wanted)
    if (item) return item
  }
  return undefined
}

function pageOf(
  { names, itemsAt, rights }: ControlList,
  request: FastifyRequest<{ Querystring: ListQuery }>
): { items: readonly object[]; next?: string } {
  const { after = '', agency, limit: most = '100' } = request.query
  const limit = Math.min(Number(most), maxLimit)
  const { caller } = request
  const all = names.of(rights === 'own-or-all' && !caller.seesAll ? caller.agency : agency)
  const found: ListedItem[] = []
  // Items after this name may still begin with the one before it.
  for (
    let index = Math.max(0, indexAfter(all, after) - 1);
    index < all.length && found.length <= limit;
    index += 1
  ) {
    const items = itemsAt(all[index] ?? '', request).filter(
      ({ name, agencies }) => name > after && (agency === undefined || (agencies?.includes(agency) ?? true))
    )
    found.push(...items)
  }
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(({ show }) => show()),
    ...(found.length > limit && last ? { next: last.name } : {})
  }
}
