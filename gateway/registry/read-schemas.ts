import type { FastifyPluginAsync } from 'fastify'
import { type RegistryState, type SchemaEntry, schemaWith } from '#bus/registry/registry-state.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { isTrue, pageOf, type RegistryQuery, shown, textIn } from './registry-query.ts'
import { registryRoute, toSchema, toVersion } from './registry-views.ts'

export interface ReadRegistryOptions {
  readonly registry: RegistryState
  readonly token: 'plain' | 'none'
}

type Listing = { Querystring: RegistryQuery }
type OfId = Listing & { Params: { id: string } }
type OfGuid = Listing & { Params: { guid: string } }

/** Limits of a page of `/schemas`, in versions and characters; `offset` continues. */
const maxListed = 1000
const maxListedLength = 4_194_304

/** The part of the Confluent Schema Registry API that reads schemas by id and GUID, and lists them. */
export const readSchemas: FastifyPluginAsync<ReadRegistryOptions> = async (app, { registry, token }) => {
  const route = (summary: string) => registryRoute(summary, token)

  const schemaAt = (text: string): SchemaEntry => {
    if (!/^-?[0-9]{1,10}$/.test(text)) throw new BusError('BUS_NOT_FOUND', 'not-found')
    return schemaWith(registry, Number(text)) ?? unknownSchema(text)
  }

  const schemaOf = (guid: string): SchemaEntry =>
    schemaWith(registry, registry.guids.get(guid.toLowerCase()) ?? 0) ?? unknownSchema(guid)

  /** The subjects and versions of a schema. */
  const placesOf = (id: string, query: RegistryQuery) => {
    const schema = schemaAt(id)
    return [...registry.subjects.values()].flatMap(({ subject, versions }) =>
      shown(versions, query)
        .filter((one) => one.id === schema.id)
        .map(({ version }) => ({ subject, version }))
    )
  }

  app.get('/', route('Check that this is a registry'), async () => ({}))
  app.get<Listing>('/contexts', route('List contexts; there is one'), async ({ query }) =>
    pageOf(['.'.startsWith(textIn(query, 'contextPrefix') ?? '') ? '.' : []].flat(), query)
  )
  app.get('/schemas/types', route('List schema types; only AVRO'), async () => ['AVRO'])

  app.get<Listing>('/schemas', route('List all versions of all subjects'), async ({ query, headers }) => {
    if (textIn(query, 'ruleType') !== undefined) return [] // No schema has rules.
    const all = [...registry.subjects.values()]
      .filter(({ subject }) => subject.startsWith(prefixIn(query)))
      .sort((a, b) => (a.subject < b.subject ? -1 : 1))
      .flatMap(({ subject, versions }) => {
        const meant = shown(versions, query)
        return (isTrue(query, 'latestOnly') ? meant.slice(-1) : meant).map((one) => ({ subject, one }))
      })
    let left = maxListedLength
    const page: object[] = []
    for (const { subject, one } of pageOf(all, query, maxListed)) {
      left -= schemaWith(registry, one.id)?.text.length ?? 0
      if (left < 0 && page.length > 0) break
      page.push(toVersion(registry, subject, one, { query, headers }))
    }
    return page
  })

  app.get<OfId>('/schemas/ids/:id', route('Read a schema by id'), async (request) => ({
    ...toSchema(schemaAt(request.params.id), request),
    ...(isTrue(request.query, 'fetchMaxId') ? { maxId: registry.schemas.length } : {})
  }))
  app.get<OfId>('/schemas/ids/:id/schema', route('Read the text of a schema by id'), async (request, reply) =>
    reply.serializer(String).send(toSchema(schemaAt(request.params.id), request).schema)
  )
  app.get<OfId>(
    '/schemas/ids/:id/subjects',
    route('List subjects that have a schema'),
    async ({ params, query }) =>
      pageOf([...new Set(placesOf(params.id, query).map(({ subject }) => subject))], query)
  )
  app.get<OfId>(
    '/schemas/ids/:id/versions',
    route('List versions that have a schema'),
    async ({ params, query }) => pageOf(placesOf(params.id, query), query)
  )
  app.get<OfGuid>('/schemas/guids/:guid', route('Read a schema by GUID'), async (request) =>
    toSchema(schemaOf(request.params.guid), request)
  )
  app.get<OfGuid>('/schemas/guids/:guid/ids', route('List ids of a GUID; there is one'), async (request) =>
    pageOf([{ context: '.', id: schemaOf(request.params.guid).id }], request.query)
  )
}

/** Clients write `:*:` for every context and `:.:` for the only one there is. */
export function prefixIn(query: RegistryQuery): string {
  return (textIn(query, 'subjectPrefix') ?? '').replace(/^:[*.]:/, '')
}

function unknownSchema(id: string): never {
  throw new BusError('BUS_NOT_FOUND', 'schema-unknown', { values: { id } })
}
