import {
  hasLive,
  type RegistryState,
  type SchemaEntry,
  type SubjectEntry,
  schemaWith,
  subjectOf,
  type VersionEntry
} from '#bus/registry/registry-state.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { isTrue, parseVersion, type RegistryQuery, textIn } from './registry-query.ts'

/** Who asks, beside the query: whether the client takes members that came with version 8 of that API. */
export interface ViewRequest {
  readonly query: RegistryQuery
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** Fastify options of a registry route. */
export function registryRoute(summary: string, token: 'plain' | 'none') {
  return {
    config: { token, rights: token === 'none' ? ('open' as const) : ('registered' as const) },
    schema: { summary, tags: ['registry'], ...(token === 'plain' ? { security: [{ plain: [] }] } : {}) }
  }
}

/** A schema in the form of that API. Throws `BUS_REQUEST_INVALID` for a format that is not supported. */
export function toSchema({ text, references, guid }: SchemaEntry, { query, headers }: ViewRequest) {
  const format = textIn(query, 'format') ?? ''
  if (format !== '' && format !== 'default' && references.length > 0) {
    throw new BusError('BUS_REQUEST_INVALID', 'registry-unsupported', {
      values: { what: `format=${format}` }
    })
  }
  return {
    schema: text,
    ...(references.length === 0 ? {} : { references }),
    ...(takesAll(headers) ? { guid } : {})
  }
}

/** A version in the form of that API. */
export function toVersion(
  registry: RegistryState,
  subject: string,
  { version, id, deleted }: VersionEntry,
  request: ViewRequest
) {
  const entry = schemaWith(registry, id)
  if (!entry) throw new TypeError(`schema ${id} is registered but not there`)
  return {
    subject,
    version,
    id,
    ...toSchema(entry, request),
    ...(takesAll(request.headers) ? { deleted } : {})
  }
}

function takesAll(headers: ViewRequest['headers']): boolean {
  return String(headers['confluent-accept-unknown-properties']).toLowerCase() === 'true'
}

/** A subject with versions to show. Throws `BUS_NOT_FOUND`. */
export function shownSubject(registry: RegistryState, subject: string, query: RegistryQuery): SubjectEntry {
  const entry = subjectOf(registry, subject)
  if (isTrue(query, 'deleted') || isTrue(query, 'deletedOnly') || hasLive(entry)) return entry
  throw new BusError('BUS_NOT_FOUND', 'subject-unknown', { values: { subject } })
}

/** A version of a subject by number, `latest` or `-1`. Throws `BUS_NOT_FOUND`, `BUS_REQUEST_INVALID`. */
export function shownVersion(
  registry: RegistryState,
  { subject, version }: { readonly subject: string; readonly version: string },
  query: RegistryQuery
): VersionEntry {
  const number = parseVersion(version)
  const { versions } = shownSubject(registry, subject, query)
  const live = versions.filter(({ deleted }) => !deleted)
  const found =
    number === 'latest'
      ? live.at(-1)
      : (isTrue(query, 'deleted') ? versions : live).find((one) => one.version === number)
  if (found) return found
  throw new BusError('BUS_NOT_FOUND', 'version-unknown', { values: { subject, version } })
}
