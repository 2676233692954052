import type { FastifyPluginAsync } from 'fastify'
import { referrersOf, versionOf } from '#bus/registry/registry-rules.ts'
import {
  hasLive,
  levelOf,
  type RegistryState,
  type SchemaEntry,
  type SubjectEntry,
  schemaWith,
  subjectOf,
  type VersionEntry
} from '#bus/registry/registry-state.ts'
import { BusError } from '#protocol/errors/bus-error.ts'

export interface ReadRegistryOptions {
  readonly registry: RegistryState
  readonly token: 'plain' | 'none'
}

interface Deleted {
  readonly deleted?: string
}
type OfSubject = { Params: { subject: string }; Querystring: Deleted }
type OfVersion = { Params: { subject: string; version: string }; Querystring: Deleted }
type OfId = { Params: { id: string }; Querystring: Deleted & { readonly subject?: string } }
type Listing = {
  Querystring: Deleted & {
    readonly subjectPrefix?: string
    readonly latestOnly?: string
    readonly offset?: string
    readonly limit?: string
  }
}

/** Limits of a page of `/schemas`, in versions and characters; `offset` continues. */
const maxListed = 1000
const maxListedLength = 4_194_304

/** The reading part of the Confluent Schema Registry API: subjects, versions, schemas by id, levels. */
export const readRegistry: FastifyPluginAsync<ReadRegistryOptions> = async (app, { registry, token }) => {
  const route = (summary: string) => registryRoute(summary, token)

  /** A version of a subject by number, `latest` or `-1`. */
  const versionAt = ({ subject, version }: OfVersion['Params'], { deleted }: Deleted): VersionEntry => {
    const number = parseVersion(version)
    const entry = liveSubject(registry, subject, deleted)
    const latest = () => visible(entry, deleted).at(-1)
    const found = number === 'latest' ? latest() : versionOf(entry, number)
    if (!found || (found.deleted && !isTrue(deleted))) {
      throw new BusError('BUS_NOT_FOUND', 'version-unknown', { values: { subject, version } })
    }
    return found
  }

  const schemaAt = (text: string): SchemaEntry => {
    const entry = /^[1-9][0-9]{0,14}$/.test(text) ? schemaWith(registry, Number(text)) : undefined
    if (!entry) throw new BusError('BUS_NOT_FOUND', 'schema-unknown', { values: { id: text } })
    return entry
  }

  /** The subjects and versions of a schema. */
  const placesOf = (id: number, deleted: string | undefined) =>
    [...registry.subjects.values()].flatMap((entry) =>
      visible(entry, deleted)
        .filter((one) => one.id === id)
        .map(({ version }) => ({ subject: entry.subject, version }))
    )

  app.get('/', route('Check that this is a registry'), async () => ({}))
  app.get('/contexts', route('List contexts; there is one'), async () => ['.'])
  app.get('/schemas/types', route('List schema types; only AVRO'), async () => ['AVRO'])

  app.get<Listing>('/subjects', route('List subjects'), async ({ query }) =>
    [...registry.subjects.values()]
      .filter((entry) => visible(entry, query.deleted).length > 0)
      .map(({ subject }) => subject)
      .filter((subject) => subject.startsWith(prefixOf(query.subjectPrefix)))
      .sort()
  )

  app.get<Listing>('/schemas', route('List all versions of all subjects'), async ({ query }) => {
    const all = [...registry.subjects.values()]
      .filter(({ subject }) => subject.startsWith(prefixOf(query.subjectPrefix)))
      .flatMap((entry) => {
        const versions = visible(entry, query.deleted)
        return (isTrue(query.latestOnly) ? versions.slice(-1) : versions).map((one) => ({ entry, one }))
      })
    const offset = Number(query.offset ?? 0) || 0
    const limit = Number(query.limit ?? -1)
    const most = limit > 0 ? Math.min(limit, maxListed) : maxListed
    let left = maxListedLength
    const page: object[] = []
    for (const { entry, one } of all.slice(offset, offset + most)) {
      left -= schemaWith(registry, one.id)?.text.length ?? 0
      if (left < 0 && page.length > 0) break
      page.push(toVersion(registry, entry.subject, one))
    }
    return page
  })

  app.get<OfId>('/schemas/ids/:id', route('Read a schema by id'), async ({ params }) => {
    const { text, references } = schemaAt(params.id)
    return { schema: text, ...referring(references) }
  })
  app.get<OfId>(
    '/schemas/ids/:id/schema',
    route('Read the text of a schema by id'),
    async ({ params }, reply) => reply.serializer(String).send(schemaAt(params.id).text)
  )
  app.get<OfId>(
    '/schemas/ids/:id/subjects',
    route('List subjects that have a schema'),
    async ({ params, query }) => [
      ...new Set(placesOf(schemaAt(params.id).id, query.deleted).map(({ subject }) => subject))
    ]
  )
  app.get<OfId>(
    '/schemas/ids/:id/versions',
    route('List versions that have a schema'),
    async ({ params, query }) => placesOf(schemaAt(params.id).id, query.deleted)
  )

  app.get<OfSubject>('/subjects/:subject/versions', route('List versions of a subject'), async (request) =>
    visible(liveSubject(registry, request.params.subject, request.query.deleted), request.query.deleted).map(
      ({ version }) => version
    )
  )
  app.get<OfVersion>(
    '/subjects/:subject/versions/:version',
    route('Read a version'),
    async ({ params, query }) => toVersion(registry, params.subject, versionAt(params, query))
  )
  app.get<OfVersion>(
    '/subjects/:subject/versions/:version/schema',
    route('Read the text of a version'),
    async ({ params, query }, reply) =>
      reply.serializer(String).send(schemaWith(registry, versionAt(params, query).id)?.text ?? '')
  )
  app.get<OfVersion>(
    '/subjects/:subject/versions/:version/referencedby',
    route('List ids of schemas that refer to a version'),
    async ({ params, query }) =>
      referrersOf(registry, params.subject, versionAt(params, query).version, {
        deleted: isTrue(query.deleted)
      })
  )

  app.get('/config', route('Read the default compatibility level'), async () => ({
    compatibilityLevel: levelOf(registry, '')
  }))
  app.get<{ Params: { subject: string }; Querystring: { readonly defaultToGlobal?: string } }>(
    '/config/:subject',
    route('Read the level of a subject'),
    async ({ params: { subject }, query }) => {
      if (!registry.levels.has(subject) && !isTrue(query.defaultToGlobal)) {
        throw new BusError('BUS_NOT_FOUND', 'level-not-set', { values: { subject } })
      }
      return { compatibilityLevel: levelOf(registry, subject) }
    }
  )
  app.get('/mode', route('Read the mode; always READWRITE'), async () => ({ mode: 'READWRITE' }))
  app.get<{ Params: { subject: string }; Querystring: { readonly defaultToGlobal?: string } }>(
    '/mode/:subject',
    route('Read the mode of a subject; it never has its own'),
    async ({ params: { subject }, query }) => {
      if (isTrue(query.defaultToGlobal)) return { mode: 'READWRITE' }
      throw new BusError('BUS_NOT_FOUND', 'mode-not-set', { values: { subject } })
    }
  )
}

/** Fastify options of a registry route. */
export function registryRoute(summary: string, token: 'plain' | 'none') {
  return {
    config: { token },
    schema: { summary, tags: ['registry'], ...(token === 'plain' ? { security: [{ plain: [] }] } : {}) }
  }
}

/** A version in an address: its number, or `latest`; `-1` means the same. Throws `BUS_REQUEST_INVALID`. */
export function parseVersion(version: string): number | 'latest' {
  if (version === 'latest' || version === '-1') return 'latest'
  if (/^[1-9][0-9]{0,9}$/.test(version)) return Number(version)
  throw new BusError('BUS_REQUEST_INVALID', 'version-malformed', { values: { version } })
}

/** A version in the form of that API. */
export function toVersion(registry: RegistryState, subject: string, { version, id }: VersionEntry) {
  const entry = schemaWith(registry, id)
  return { subject, version, id, schema: entry?.text ?? '', ...referring(entry?.references ?? []) }
}

export function isTrue(text: string | undefined): boolean {
  return text === 'true'
}

/** A subject with versions to show. Throws `BUS_NOT_FOUND`. */
export function liveSubject(
  registry: RegistryState,
  subject: string,
  deleted: string | undefined
): SubjectEntry {
  const entry = subjectOf(registry, subject)
  if (isTrue(deleted) || hasLive(entry)) return entry
  throw new BusError('BUS_NOT_FOUND', 'subject-unknown', { values: { subject } })
}

function visible({ versions }: SubjectEntry, deleted: string | undefined): readonly VersionEntry[] {
  return isTrue(deleted) ? versions : versions.filter((one) => !one.deleted)
}

function referring(references: SchemaEntry['references']) {
  return references.length === 0 ? {} : { references }
}

/** Clients send `:*:` for every context; there is only one. */
function prefixOf(prefix: string | undefined): string {
  return prefix === undefined || prefix === ':*:' ? '' : prefix
}
