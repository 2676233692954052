import type { FastifyPluginAsync } from 'fastify'
import { referrersOf } from '#bus/registry/registry-rules.ts'
import { hasLive, type SubjectEntry } from '#bus/registry/registry-state.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { prefixIn, type ReadRegistryOptions } from './read-schemas.ts'
import { isTrue, pageOf, type RegistryQuery, shown } from './registry-query.ts'
import { registryRoute, shownSubject, shownVersion, toVersion } from './registry-views.ts'

type Listing = { Querystring: RegistryQuery }
type OfSubject = Listing & { Params: { subject: string } }
type OfVersion = Listing & { Params: { subject: string; version: string } }

/** The part of the Confluent Schema Registry API that reads subjects and their versions. */
export const readSubjects: FastifyPluginAsync<ReadRegistryOptions> = async (app, { registry, token }) => {
  const route = (summary: string) => registryRoute(summary, token)

  app.get<Listing>('/subjects', route('List subjects'), async ({ query }) =>
    pageOf(
      [...registry.subjects.values()]
        .filter((entry) => entry.subject.startsWith(prefixIn(query)) && isListed(entry, query))
        .map(({ subject }) => subject)
        .sort(),
      query
    )
  )
  app.get<OfSubject>(
    '/subjects/:subject/metadata',
    route('Read the newest version with given metadata; no version has any'),
    async ({ params, query }): Promise<never> => {
      shownSubject(registry, params.subject, query)
      throw new BusError('BUS_NOT_FOUND', 'schema-not-of-subject')
    }
  )
  app.get<OfSubject>(
    '/subjects/:subject/versions',
    route('List versions of a subject'),
    async ({ params, query }) => {
      const { versions } = shownSubject(registry, params.subject, query)
      const isMarked = isTrue(query, 'deletedAsNegative')
      const all = isMarked && !isTrue(query, 'deletedOnly') ? versions : shown(versions, query)
      return pageOf(
        all.map(({ version, deleted }) => (deleted && isMarked ? -version : version)),
        query
      )
    }
  )
  app.get<OfVersion>('/subjects/:subject/versions/:version', route('Read a version'), async (request) => {
    const { params, query } = request
    return toVersion(registry, params.subject, shownVersion(registry, params, query), request)
  })
  app.get<OfVersion>(
    '/subjects/:subject/versions/:version/schema',
    route('Read the text of a version'),
    async (request, reply) => {
      const { params, query } = request
      const version = shownVersion(registry, params, query)
      return reply.serializer(String).send(toVersion(registry, params.subject, version, request).schema)
    }
  )
  app.get<OfVersion>(
    '/subjects/:subject/versions/:version/referencedby',
    route('List ids of schemas that refer to a version'),
    async ({ params, query }) => {
      const { version } = shownVersion(registry, params, { deleted: 'true' })
      const deleted = isTrue(query, 'deleted')
      return pageOf(referrersOf(registry, params.subject, version, { deleted }), query)
    }
  )
}

function isListed(entry: SubjectEntry, query: RegistryQuery): boolean {
  if (isTrue(query, 'deletedOnly')) return !hasLive(entry)
  return isTrue(query, 'deleted') || hasLive(entry)
}
