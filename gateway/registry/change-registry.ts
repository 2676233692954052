import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { checkDeletion, checkRegistration, versionOf } from '#bus/registry/registry-rules.ts'
import { levelOf, type RegistryState, subjectOf, versionsHaving } from '#bus/registry/registry-state.ts'
import type { SchemaChecks } from '#bus/registry/schema-checks.ts'
import { liveVersions } from '#bus/registry/schema-question.ts'
import { incompatibilityText } from '#protocol/avro/compatibility/incompatibilities.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { languageOf } from '#protocol/errors/problem.ts'
import { typeOfSubject } from '#protocol/events/event-subjects.ts'
import { isTrue, liveSubject, parseVersion, registryRoute, toVersion } from './read-registry.ts'
import { checkSubject, parseLevelBody, parseSchemaBody } from './registry-bodies.ts'

export interface ChangeRegistryOptions {
  readonly registry: RegistryState
  readonly schemaChecks: SchemaChecks
  readonly token: 'plain' | 'none'
}

type OfSubject = {
  Params: { subject: string }
  Querystring: { readonly deleted?: string; readonly permanent?: string }
}
type OfVersion = {
  Params: { subject: string; version: string }
  Querystring: { readonly permanent?: string; readonly verbose?: string }
}

/** Of a version, or of all where it is undefined. */
type OfVersions = {
  Params: { subject: string; version?: string }
  Querystring: { readonly verbose?: string }
}

/**
 * The part of the Confluent Schema Registry API that looks up, compares and changes. A change is a signed
 * act, which clients of that API cannot make. So a change is checked completely here. If it is in force
 * already, the answer says so; otherwise the answer is `40302`, and `lienthong registry-proxy` makes the
 * act.
 */
export const changeRegistry: FastifyPluginAsync<ChangeRegistryOptions> = async (
  app,
  { registry, schemaChecks, token }
) => {
  /** Changes always need a token. */
  const route = (summary: string) => registryRoute(summary, 'plain')
  const needsAct = (): never => {
    throw new BusError('BUS_NOT_PERMITTED', 'registry-needs-act')
  }

  app.post<OfSubject>(
    '/subjects/:subject',
    registryRoute('Look up a schema in a subject', token),
    async ({ params, query, body, caller }) => {
      const { subject } = params
      const schema = parseSchemaBody(body as Buffer)
      await schemaChecks.readContent(agencyOf(caller), registry, schema)
      const { text, references } = schema
      const entry = liveSubject(registry, subject, query.deleted)
      const found = versionsHaving(registry, entry, text, references)
        .filter(({ deleted }) => !deleted || isTrue(query.deleted))
        .at(-1)
      if (!found) throw new BusError('BUS_NOT_FOUND', 'schema-not-of-subject')
      return toVersion(registry, subject, found)
    }
  )

  app.post<OfSubject>(
    '/subjects/:subject/versions',
    route('Register a schema (by an act)'),
    async ({ params, body, caller }) => {
      const { subject } = params
      checkSubject(subject)
      const schema = parseSchemaBody(body as Buffer)
      await schemaChecks.readContent(caller.agency, registry, schema)
      const { text, references } = schema
      const entry = registry.subjects.get(subject)
      const [found] = entry
        ? versionsHaving(registry, entry, text, references).filter(({ deleted }) => !deleted)
        : []
      if (found) return { id: found.id }
      const version = { subject, type: typeOfSubject(subject), text, references }
      await schemaChecks.prepare(caller.agency, registry, version)
      checkRegistration(registry, { ...version, owner: entry?.owner ?? '/bus' })
      return needsAct()
    }
  )

  app.delete<OfSubject>(
    '/subjects/:subject',
    route('Delete a subject (by an act)'),
    async ({ params, query }) => {
      checkDeletion(registry, params.subject, { version: undefined, permanent: isTrue(query.permanent) })
      return needsAct()
    }
  )

  app.delete<OfVersion>(
    '/subjects/:subject/versions/:version',
    route('Delete a version (by an act)'),
    async ({ params: { subject, version }, query }) => {
      const number = numberOf(registry, subject, version)
      checkDeletion(registry, subject, { version: number, permanent: isTrue(query.permanent) })
      return needsAct()
    }
  )

  const compatibility = async ({
    params: { subject, version },
    query,
    body,
    headers,
    caller
  }: FastifyRequest<OfVersions>) => {
    const schema = parseSchemaBody(body as Buffer)
    const versions =
      version === undefined
        ? liveVersions(registry, subject)
        : [versionOf(liveSubject(registry, subject, undefined), numberOf(registry, subject, version))]
    const found = await schemaChecks.objections(agencyOf(caller), registry, { subject, ...schema }, versions)
    const language = languageOf(headers['accept-language'] ?? 'en')
    return {
      is_compatible: found.length === 0,
      ...(isTrue(query.verbose) ? { messages: found.map((one) => incompatibilityText(one, language)) } : {})
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

  app.put('/config', route('Set the default compatibility level (by an act)'), async ({ body }) => {
    const compatibility = parseLevelBody(body as Buffer)
    return registry.level === compatibility ? { compatibility } : needsAct()
  })
  app.put<OfSubject>(
    '/config/:subject',
    route('Set the level of a subject (by an act)'),
    async ({ params, body }) => {
      checkSubject(params.subject)
      const compatibility = parseLevelBody(body as Buffer)
      return registry.levels.get(params.subject) === compatibility ? { compatibility } : needsAct()
    }
  )
  app.delete('/config', route('Remove the default compatibility level (by an act)'), async () =>
    registry.level === undefined ? { compatibilityLevel: levelOf(registry, '') } : needsAct()
  )
  app.delete<OfSubject>(
    '/config/:subject',
    route('Remove the level of a subject (by an act)'),
    async ({ params }) => {
      if (registry.levels.has(params.subject)) return needsAct()
      throw new BusError('BUS_NOT_FOUND', 'level-not-set', { values: { subject: params.subject } })
    }
  )

  const fixedMode = async (): Promise<never> => {
    throw new BusError('BUS_REQUEST_INVALID', 'mode-fixed')
  }
  app.put('/mode', route('Always rejected: the mode is fixed'), fixedMode)
  app.put('/mode/:subject', route('Always rejected: the mode is fixed'), fixedMode)
}

/**
 * The number of a version; `latest` and `-1` mean the newest that is not deleted. Throws
 * `BUS_REQUEST_INVALID`, `BUS_NOT_FOUND`.
 */
function numberOf(registry: RegistryState, subject: string, version: string): number {
  const number = parseVersion(version)
  if (number !== 'latest') return number
  subjectOf(registry, subject)
  const newest = liveVersions(registry, subject).at(-1)
  if (newest) return newest.version
  throw new BusError('BUS_NOT_FOUND', 'version-unknown', { values: { subject, version } })
}

/** Whose turn a question takes; where the registry is open, nobody's in particular. */
function agencyOf(caller: FastifyRequest['caller'] | undefined): string {
  return caller?.agency ?? ''
}
