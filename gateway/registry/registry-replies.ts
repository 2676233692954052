import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'
import { toProblem } from '#protocol/errors/problem.ts'
import { addRefusalHeaders, logInternal } from '../plugins/problem-replies.ts'
import { pathAsSent } from '../public-path.ts'
import { accepted, registryLanguage, registryMediaTypes } from './negotiation.ts'

/**
 * `error_code` of the errors that the API defines. Others that a schema causes have 42201, all others their
 * HTTP status and 01. A conflict has none of these: clients read 409 as "not compatible".
 */
const errorCodes: Partial<Record<BusError['fault'], number>> = {
  'subject-unknown': 40401,
  'version-unknown': 40402,
  'schema-unknown': 40403,
  'schema-not-of-subject': 40403,
  'subject-deleted-already': 40404,
  'subject-not-deleted': 40405,
  'version-deleted-already': 40406,
  'version-not-deleted': 40407,
  'level-not-set': 40408,
  'mode-not-set': 40409,
  'version-malformed': 42202,
  'level-malformed': 42203,
  'mode-malformed': 42204,
  'mode-fixed': 42205,
  'registry-id-fixed': 42205,
  'registry-unsupported': 42205,
  'registry-full': 42205,
  'subject-of-other-type': 42205,
  'schema-referenced': 42206,
  'schema-of-event-type': 42206,
  'registry-subject-malformed': 42208,
  'address-with-nul': 42208, // Of what an address names, only a subject is any text.
  'avro-too-long': 42209,
  'registry-needs-act': 40302,
  'registry-member-unknown': 422,
  'registry-accept': 406,
  'registry-media-type': 415,
  'not-found': 404,
  'method-not-allowed': 405
}

/** Answers of the routes under /registry: media types and error bodies of that API. */
export function addRegistryReplies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers() // Those of events are of no use here, and would pass the check of media types.
  app.addContentTypeParser(
    [...registryMediaTypes, 'application/octet-stream'],
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body)
  )
  app.addHook('onRequest', async ({ headers: { accept } }) => {
    if (accepted(accept) === undefined) throw new BusError('BUS_REQUEST_INVALID', 'registry-accept')
  })
  app.addHook('onSend', async ({ headers: { accept } }, reply) => {
    reply.header('content-type', accepted(accept) ?? registryMediaTypes[0])
  })
  app.setErrorHandler((error: FastifyError | BusError, request, reply) =>
    sendRegistryError(request, reply, error)
  )
  app.setNotFoundHandler((request, reply) =>
    sendRegistryError(request, reply, new BusError('BUS_NOT_FOUND', 'not-found'))
  )
}

/** Sends an error in the form of that API. */
export function sendRegistryError(
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown
): FastifyReply {
  const known = asOfSchemas(error)
  request.refusedFor = [known]
  const { status, detail, title } = toProblem(known, {
    language: registryLanguage(request.headers['accept-language']),
    instance: pathAsSent(request),
    traceId: request.traceId
  })
  logInternal(request, known)
  const code = known instanceof BusError ? codeOf(known, status) : 50001
  const answer = code < 1000 ? code : Math.floor(code / 100)
  addRefusalHeaders(reply, answer, known)
  const same =
    known instanceof BusError && known.fault === 'registry-needs-act' ? known.values.same : undefined
  const body = { error_code: code, message: detail ?? title, ...(same === undefined ? {} : { same }) }
  return reply
    .code(answer)
    .header('content-type', accepted(request.headers.accept) ?? registryMediaTypes[0])
    .send(Buffer.from(JSON.stringify(body))) // To a text, a charset is added.
}

function codeOf({ code, fault }: BusError, status: number): number {
  if (code === 'BUS_SCHEMA_INCOMPATIBLE') return 409
  return errorCodes[fault] ?? (code === 'BUS_SCHEMA_INVALID' ? 42201 : status * 100 + 1)
}

/** The faults of every route that speak of events, as this API speaks of schemas. */
const ofSchemas: Partial<Record<BusError['fault'], Fault>> = {
  'media-type-unknown': 'registry-media-type',
  'body-too-large': 'registry-body-large',
  'request-too-large': 'registry-body-large'
}

/** Turns fastify's errors into ours. */
function asOfSchemas(error: unknown): unknown {
  if (error instanceof BusError) {
    const fault = ofSchemas[error.fault]
    return fault ? new BusError(error.code, fault, { cause: error }) : error
  }
  if (!(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new BusError('BUS_MEDIA_TYPE_UNSUPPORTED', 'registry-media-type', { cause: error })
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new BusError('BUS_REQUEST_TOO_LARGE', 'registry-body-large', { cause: error })
  }
  const isClients = 'statusCode' in error && Number(error.statusCode) < 500
  return isClients
    ? new BusError('BUS_REQUEST_INVALID', 'registry-body-invalid', { values: { problem: error.message } })
    : error
}
