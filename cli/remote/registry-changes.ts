import { isDeepStrictEqual } from 'node:util'
import type { FastifyRequest } from 'fastify'
import { canonicalText } from '#protocol/avro/canonical-text.ts'
import { type SchemaReference, sortedReferences } from '#protocol/avro/schema-reference.ts'
import { resourceOfSubject, typeOfSubject } from '#protocol/events/event-subjects.ts'

export interface Answer {
  readonly status: number
  /** The media type; undefined: that of the API. */
  readonly type?: string | undefined
  readonly text: string
}

/** Sends a request, or a GET of a path, to the gateway's registry and returns its answer. */
export type Ask = (what: FastifyRequest | string) => Promise<Answer>

export interface Change {
  readonly act: { readonly act: string; readonly resource: string; readonly [member: string]: unknown }
  /** The answer when it is done; absent: the gateway's answer to the same request then. */
  readonly answer?: Answer
}

/** The change that a request asks for; `checked` is the gateway's answer, which says that it needs an act. */
export type ChangeOf = (request: FastifyRequest, ask: Ask, checked: Answer) => Change | Promise<Change>

/** The requests of the Confluent Schema Registry API that change something. */
export const changes: readonly (readonly ['DELETE' | 'POST' | 'PUT', string, ChangeOf])[] = [
  ['POST', '/subjects/:subject/versions', registration],
  ['DELETE', '/subjects/:subject', deletionOfAll],
  ['DELETE', '/subjects/:subject/versions/:version', deletionOfOne],
  ['PUT', '/config', configSet],
  ['PUT', '/config/:subject', configSet],
  ['DELETE', '/config', configTaken],
  ['DELETE', '/config/:subject', configTaken]
]

async function registration(request: FastifyRequest, ask: Ask, checked: Answer): Promise<Change> {
  const { subject = '' } = paramsOf(request)
  const { schema, references } = await asRegistered(await schemaIn(request, ask), ask, checked)
  const type = typeOfSubject(subject)
  const members = { ...(type ? { type } : {}), schema, ...(references.length > 0 ? { references } : {}) }
  return { act: { act: 'schema.registered', resource: resourceOf(request), ...members } }
}

interface Schema {
  readonly schema: string
  readonly references: readonly SchemaReference[]
}

/** The schema of a request; an act names versions by their numbers, and not the newest as `-1`. */
async function schemaIn(request: FastifyRequest, ask: Ask): Promise<Schema> {
  const { schema, references } = JSON.parse(String(request.body)) as Omit<Schema, 'references'> & {
    readonly references?: Schema['references'] | null
  }
  const numbered = (references ?? []).map(async ({ name, subject, version }) => ({
    name,
    subject,
    version: version === -1 ? await newestVersion(subject, ask) : version
  }))
  return { schema, references: await Promise.all(numbered) }
}

/**
 * A schema as it is registered, where the gateway says that it is, in another spelling: so it keeps its id.
 * What the system signs is compared first; the gateway could answer anything.
 */
async function asRegistered(sent: Schema, ask: Ask, checked: Answer): Promise<Schema> {
  const { same } = JSON.parse(checked.text) as { readonly same?: number }
  if (same === undefined) return sent
  const { text } = await ask(`/schemas/ids/${same}`)
  const { schema, references = [] } = JSON.parse(text) as Schema
  const registered = { schema, references }
  return isDeepStrictEqual(meaningOf(sent), meaningOf(registered)) ? registered : sent
}

function meaningOf({ schema, references }: Schema): readonly unknown[] {
  return [canonicalText(schema, references.length === 0 ? [] : undefined), sortedReferences(references)]
}

async function newestVersion(subject: string, ask: Ask): Promise<number> {
  const { text } = await ask(`/subjects/${encodeURIComponent(subject)}/versions/latest`)
  return (JSON.parse(text) as { readonly version: number }).version
}

async function deletionOfAll(request: FastifyRequest, ask: Ask): Promise<Change> {
  const { act, versions } = deletionIn(request)
  return { act, answer: await ask(versions + (act.permanent ? '?deleted=true' : '')) }
}

async function deletionOfOne(request: FastifyRequest, ask: Ask): Promise<Change> {
  const { act } = deletionIn(request)
  const { subject = '', version = '' } = paramsOf(request)
  const isNewest = ['latest', '-1'].includes(version.trim().toLowerCase())
  const number = isNewest ? await newestVersion(subject, ask) : Number(version)
  return { act: { ...act, version: number }, answer: { status: 200, text: String(number) } }
}

function deletionIn(request: FastifyRequest): Change & { readonly versions: string } {
  const { subject = '' } = paramsOf(request)
  const { permanent } = request.query as { readonly permanent?: string | readonly string[] }
  const isPermanent = [permanent].flat()[0]?.toLowerCase() === 'true'
  return {
    act: {
      act: 'schema.deleted',
      resource: resourceOf(request),
      ...(isPermanent ? { permanent: true } : {})
    },
    versions: `/subjects/${encodeURIComponent(subject)}/versions`
  }
}

function configSet(request: FastifyRequest): Change {
  const { compatibility, normalize } = JSON.parse(String(request.body)) as {
    readonly compatibility?: string | null
    readonly normalize?: boolean | null
  }
  return {
    act: configAct(request, {
      ...(compatibility ? { compatibility: compatibility.toUpperCase() } : {}),
      ...(typeof normalize === 'boolean' ? { normalize } : {})
    })
  }
}

async function configTaken(request: FastifyRequest, ask: Ask): Promise<Change> {
  const { subject } = paramsOf(request)
  const path = subject === undefined ? '/config' : `/config/${encodeURIComponent(subject)}`
  return { act: configAct(request, { compatibility: null, normalize: null }), answer: await ask(path) }
}

function configAct(request: FastifyRequest, members: object): Change['act'] {
  return { act: 'registry-config.changed', resource: resourceOf(request), ...members }
}

/** The resource of the act: the subject in the address, or the registry. */
export function resourceOf(request: FastifyRequest): string {
  const { subject } = paramsOf(request)
  return subject === undefined ? '/registry' : resourceOfSubject(subject)
}

function paramsOf({ params }: FastifyRequest): { readonly subject?: string; readonly version?: string } {
  return params as { readonly subject?: string; readonly version?: string }
}
