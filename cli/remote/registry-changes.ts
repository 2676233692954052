import type { FastifyRequest } from 'fastify'
import { resourceOfSubject, typeOfSubject } from '#protocol/events/event-subjects.ts'

export interface Answer {
  readonly status: number
  readonly text: string
}

/** Sends a request, or a GET of `path` instead, to the gateway's registry and returns its answer. */
export type Ask = (request: FastifyRequest, path?: string) => Promise<Answer>

export interface Change {
  readonly act: { readonly act: string; readonly resource: string; readonly [member: string]: unknown }
  /** The answer when it is done; absent: the gateway's answer to the same request then. */
  readonly answer?: Answer
}

/** The change that a request asks for; the gateway has checked the request. */
export type ChangeOf = (request: FastifyRequest, ask: Ask) => Change | Promise<Change>

/** The requests of the Confluent Schema Registry API that change something. */
export const changes: readonly (readonly ['DELETE' | 'POST' | 'PUT', string, ChangeOf])[] = [
  ['POST', '/subjects/:subject/versions', registration],
  ['DELETE', '/subjects/:subject', deletionOfAll],
  ['DELETE', '/subjects/:subject/versions/:version', deletionOfOne],
  ['PUT', '/config', levelSet],
  ['PUT', '/config/:subject', levelSet],
  ['DELETE', '/config', levelTaken],
  ['DELETE', '/config/:subject', levelTaken]
]

function registration(request: FastifyRequest): Change {
  const { subject = '' } = paramsOf(request)
  const body = JSON.parse(String(request.body)) as {
    readonly schema: string
    readonly references?: readonly Readonly<Record<string, unknown>>[] | null
  }
  // Without members that only other registries know.
  const references = (body.references ?? []).map(({ name, subject, version }) => ({ name, subject, version }))
  const type = typeOfSubject(subject)
  const members = {
    ...(type ? { type } : {}),
    schema: body.schema,
    ...(references.length > 0 ? { references } : {})
  }
  return { act: { act: 'schema.registered', resource: resourceOfSubject(subject), ...members } }
}

async function deletionOfAll(request: FastifyRequest, ask: Ask): Promise<Change> {
  const { act, versions } = deletionIn(request)
  return { act, answer: await ask(request, versions + (act.permanent ? '?deleted=true' : '')) }
}

async function deletionOfOne(request: FastifyRequest, ask: Ask): Promise<Change> {
  const { act, versions } = deletionIn(request)
  let { version = '' } = paramsOf(request)
  if (version === 'latest' || version === '-1') {
    const { text } = await ask(request, `${versions}/latest`)
    version = String((JSON.parse(text) as { readonly version: number }).version)
  }
  return { act: { ...act, version: Number(version) }, answer: { status: 200, text: version } }
}

function deletionIn(request: FastifyRequest): Change & { readonly versions: string } {
  const { subject = '' } = paramsOf(request)
  const isPermanent = (request.query as { readonly permanent?: string }).permanent === 'true'
  return {
    act: {
      act: 'schema.deleted',
      resource: resourceOfSubject(subject),
      ...(isPermanent ? { permanent: true } : {})
    },
    versions: `/subjects/${encodeURIComponent(subject)}/versions`
  }
}

function levelSet(request: FastifyRequest): Change {
  const { compatibility } = JSON.parse(String(request.body)) as { readonly compatibility: string }
  return { act: levelAct(request, compatibility.toUpperCase()) }
}

async function levelTaken(request: FastifyRequest, ask: Ask): Promise<Change> {
  return { act: levelAct(request, null), answer: await ask(request, request.url.split('?')[0]) }
}

function levelAct(request: FastifyRequest, compatibility: string | null): Change['act'] {
  const { subject } = paramsOf(request)
  const resource = subject === undefined ? '/registry' : resourceOfSubject(subject)
  return { act: 'registry-config.changed', resource, compatibility }
}

function paramsOf({ params }: FastifyRequest): { readonly subject?: string; readonly version?: string } {
  return params as { readonly subject?: string; readonly version?: string }
}
