import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { checkDeletion, checkRegistration, versionOf } from '#bus/registry/registry-rules.ts'
import {
  otherSpelling,
  type RegistryState,
  type SchemaText,
  subjectOf,
  type VersionEntry
} from '#bus/registry/registry-state.ts'
import type { SchemaChecks } from '#bus/registry/schema-checks.ts'
import { liveVersions } from '#bus/registry/schema-question.ts'
import { incompatibilityText } from '#protocol/avro/compatibility/incompatibilities.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { typeOfSubject } from '#protocol/events/event-subjects.ts'
import { needsAct } from './config-and-mode.ts'
import { registryLanguage } from './negotiation.ts'
import { checkSubject, parseSchemaBody, refuseUnsupported, type SentSchema } from './registry-bodies.ts'
import { isTrue, parseVersion, type RegistryQuery } from './registry-query.ts'
import { registryRoute, shownSubject, toVersion } from './registry-views.ts'

export interface ChangeRegistryOptions {
  readonly registry: RegistryState
  readonly schemaChecks: SchemaChecks
  readonly token: 'plain' | 'none'
}

type OfSubject = { Params: { subject: string }; Querystring: RegistryQuery }
type OfVersion = { Params: { subject: string; version: string }; Querystring: RegistryQuery }
/** Of a version, or of all where it is undefined. */
type OfVersions = { Params: { subject: string; version?: string }; Querystring: RegistryQuery }

/**
 * The part of the Confluent Schema Registry API that looks up, compares and changes schemas. A change is a
 * signed act, which clients of that API cannot make. So a change is checked completely here. If it is in
 * force already, the answer says so; otherwise the answer is `40302`, and `lienthong registry-proxy` makes
 * the act.
 */
export const changeRegistry: FastifyPluginAsync<ChangeRegistryOptions> = async (
  app,
  { registry, schemaChecks, token }
) => {
  /** Changes always need a token. */
  const route = (summary: string) => registryRoute(summary, 'plain')

  app.post<OfSubject>(
    '/subjects/:subject',
    registryRoute('Look up a schema in a subject', token),
    async (request) => {
      const { params, query, body, who } = request
      const { subject } = params
      const isMeant = ({ deleted }: VersionEntry) => !deleted || isTrue(query, 'deleted')
      const { text, references, unsupported } = parseSchemaBody(registry, body)
      const found =
        text === undefined
          ? undefined
          : await schemaChecks.find(who, registry, { subject, text, references }, isMeant)
      if (!found || unsupported) {
        shownSubject(registry, subject, query)
        throw new BusError('BUS_NOT_FOUND', 'schema-not-of-subject')
      }
      return toVersion(registry, subject, found, request)
    }
  )

  app.post<OfSubject>(
    '/subjects/:subject/versions',
    route('Register a schema (by an act)'),
    async ({ params: { subject }, body, caller }) => {
      checkSubject(subject)
      const sent = parseSchemaBody(registry, body)
      refuseUnsupported(sent.unsupported)
      const version = { subject, ...withText(sent), type: typeOfSubject(subject) }
      const isMeant = ({ deleted }: VersionEntry) => !deleted
      const found = await schemaChecks.findOrPrepare(caller.agency, registry, version, isMeant)
      checkPlace(registry, subject, sent, found)
      if (found) return { id: found.id }
      const owner = registry.subjects.get(subject)?.owner ?? '/bus'
      checkRegistration(registry, { ...version, owner })
      const same = otherSpelling(registry, version)
      return needsAct(same === undefined ? {} : { same })
    }
  )

  app.delete<OfSubject>(
    '/subjects/:subject',
    route('Delete a subject (by an act)'),
    async ({ params, query }) => {
      const permanent = isTrue(query, 'permanent')
      checkDeletion(registry, params.subject, { version: undefined, permanent })
      return needsAct()
    }
  )

  app.delete<OfVersion>(
    '/subjects/:subject/versions/:version',
    route('Delete a version (by an act)'),
    async ({ params: { subject, version }, query }) => {
      const number = numberOf(registry, subject, version)
      checkDeletion(registry, subject, { version: number, permanent: isTrue(query, 'permanent') })
      return needsAct()
    }
  )

  const objections = async (request: FastifyRequest<OfVersions>): Promise<readonly string[]> => {
    const { params, body, who } = request
    const versions = comparedVersions(registry, params)
    const language = registryLanguage(request.headers['accept-language'])
    try {
      const schema = { subject: params.subject, ...withText(parseSchemaBody(registry, body)) }
      const found = await schemaChecks.objections(who, registry, schema, versions)
      return found.map((one) => incompatibilityText(one, language))
    } catch (error) {
      const isInvalid = error instanceof BusError && error.code === 'BUS_SCHEMA_INVALID'
      if (!isInvalid || !isTrue(request.query, 'verbose')) throw error
      return [error.text(language)]
    }
  }
  const compatibility = async (request: FastifyRequest<OfVersions>) => {
    const messages = await objections(request)
    return {
      is_compatible: messages.length === 0,
      ...(isTrue(request.query, 'verbose') ? { messages } : {})
    }
  }

  app.post<OfVersions>(
    '/compatibility/subjects/:subject/versions',
    registryRoute('Check whether a schema may become a new version', token),
    compatibility
  )
  app.post<OfVersions>(
    '/compatibility/subjects/:subject/versions/:version',
    registryRoute('Check whether a schema is compatible with a version', token),
    compatibility
  )
}

/** Throws `BUS_SCHEMA_INVALID` where none is sent. */
function withText({ text, references }: SentSchema): SchemaText {
  if (text === undefined) throw new BusError('BUS_SCHEMA_INVALID', 'schema-empty')
  return { text, references }
}

/**
 * Throws where the id or version that a schema is to have is not the one that it has or would be given:
 * `BUS_REQUEST_INVALID`, `BUS_SCHEMA_INVALID`.
 */
function checkPlace(
  registry: RegistryState,
  subject: string,
  { id, version }: SentSchema,
  found: VersionEntry | undefined
): void {
  if (id !== undefined && id !== found?.id) {
    throw new BusError('BUS_REQUEST_INVALID', 'registry-id-fixed', { values: { id } })
  }
  const expected = found?.version ?? (registry.lastVersions.get(subject) ?? 0) + 1
  if (version !== undefined && version !== expected) {
    const values = { subject, version, expected }
    throw new BusError('BUS_SCHEMA_INVALID', 'version-not-next', { values })
  }
}

/** The versions to compare a schema with; none for the newest of a subject that has none. Throws `BUS_NOT_FOUND`. */
function comparedVersions(
  registry: RegistryState,
  { subject, version }: OfVersions['Params']
): readonly VersionEntry[] {
  const live = liveVersions(registry, subject)
  if (version === undefined) return live
  const number = parseVersion(version)
  const found = number === 'latest' ? live.slice(-1) : live.filter((one) => one.version === number)
  if (found.length > 0 || number === 'latest') return found
  throw new BusError('BUS_NOT_FOUND', 'version-unknown', { values: { subject, version } })
}

/**
 * The number of a version; `latest` and `-1` mean the newest that is not deleted. Throws
 * `BUS_REQUEST_INVALID`, `BUS_NOT_FOUND`.
 */
function numberOf(registry: RegistryState, subject: string, version: string): number {
  const number = parseVersion(version)
  const entry = subjectOf(registry, subject)
  if (number !== 'latest') return versionOf(entry, number).version
  const newest = liveVersions(registry, subject).at(-1)
  if (newest) return newest.version
  throw new BusError('BUS_NOT_FOUND', 'version-unknown', { values: { subject, version } })
}
