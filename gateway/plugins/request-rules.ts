import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { BusError } from '#protocol/errors/bus-error.ts'
import { isComposable } from '#protocol/events/composed-text.ts'
import { parseTraceparent } from '#protocol/events/traceparent.ts'
import { noteMethods } from './known-methods.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route reads its body as a stream and limits it itself. */
    streams?: boolean
    /** The route takes bodies of any media type. */
    anyMediaType?: boolean
  }
  interface FastifyRequest {
    /** W3C trace context of the request, if it is well-formed. */
    traceparent: string | undefined
    bodyTimer: NodeJS.Timeout | undefined
  }
}

export interface RequestRulesOptions {
  readonly maxBodyBytes: number
  readonly bodyTimeoutMs: number
  readonly stopping: AbortSignal
}

const single = new Set([
  'authorization',
  'content-type',
  'content-length',
  'host',
  'content-encoding',
  'expect'
])

/** Rules for every request, checked before any other: size, no NUL, no repeated headers, no encoding, a time limit. */
export function addRequestRules(app: FastifyInstance, options: RequestRulesOptions): void {
  const { maxBodyBytes, bodyTimeoutMs, stopping } = options
  const methodsAt = noteMethods(app)
  app.decorateRequest('traceId', '')
  app.decorateRequest('traceparent', undefined)
  app.decorateRequest('bodyTimer', undefined)

  app.addHook('onRequest', async (request, reply) => {
    setTrace(request)
    reply.header('x-content-type-options', 'nosniff')
    if (stopping.aborted) {
      throw new BusError('BUS_STOPPING', 'stopping', { waitMs: 2000 })
    }
    // No value of the bus has it, and PostgreSQL does not even take it to look for.
    if (request.url.includes('%00')) throw new BusError('BUS_REQUEST_INVALID', 'address-with-nul')
    checkHeaders(request)
    if (request.is404) return notRouted(request, reply, methodsAt(request.url))
    if (request.routeOptions.config.streams) return
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
      throw new BusError('BUS_REQUEST_TOO_LARGE', 'body-too-large', { values: { limit: maxBodyBytes } })
    }
    if (!request.routeOptions.config.anyMediaType) checkMediaType(request)
  })
  app.addHook('preParsing', async (request, _reply, payload) => {
    if (request.routeOptions.config.streams || request.raw.complete) return payload
    request.bodyTimer = setTimeout(() => request.raw.destroy(), bodyTimeoutMs)
    request.bodyTimer.unref()
    return payload
  })
  app.addHook('onSend', async (_request, reply) => {
    if (stopping.aborted) reply.header('connection', 'close') // A kept-alive connection would delay the stop.
  })
  app.addHook('preValidation', async (request) => {
    clearTimeout(request.bodyTimer)
    if (mayNameSubjects.test(request.url)) return
    compose(request.query)
    compose(request.params)
  })
  app.addHook('onResponse', async (request) => clearTimeout(request.bodyTimer))

  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    ['application/cloudevents+json', 'application/cloudevents-batch+json', 'application/json'],
    { parseAs: 'buffer', bodyLimit: maxBodyBytes },
    (_request, body, done) => done(null, body)
  )
}

/** Subjects of the schema registry are in any form. */
const mayNameSubjects = /^\/(?:registry|v1\/schemas)(?:[/?]|$)/

/** Names of events are in NFC; who copies one into an address, on macOS above all, may have taken it apart. */
function compose(values: unknown): void {
  const known = values as Record<string, unknown>
  const composed = (value: string): string => (isComposable(value) ? value.normalize('NFC') : value)
  for (const [name, value] of Object.entries(known ?? {})) {
    if (typeof value === 'string') known[name] = composed(value)
    else if (Array.isArray(value)) known[name] = value.map(composed)
  }
}

/** A request to an address that is not known, or with a method that no route has; `OPTIONS` is answered here. */
function notRouted(
  { method, url }: FastifyRequest,
  reply: FastifyReply,
  known: readonly string[]
): FastifyReply {
  if (method === 'OPTIONS' && url === '*') return reply.code(204).send()
  if (known.length === 0) throw new BusError('BUS_NOT_FOUND', 'not-found')
  const allowed = [...known, 'OPTIONS'].join(', ')
  if (method === 'OPTIONS') return reply.code(204).header('allow', allowed).send()
  throw new BusError('BUS_METHOD_NOT_ALLOWED', 'method-not-allowed', { values: { method, allowed } })
}

/** Checked here, since the media type comes before the token among the checks, and the body is read after it. */
function checkMediaType({ method, headers, server }: FastifyRequest): void {
  if (method === 'GET' || method === 'HEAD') return // Their bodies are never parsed.
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  const mediaType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (hasBody && !server.hasContentTypeParser(mediaType)) {
    throw new BusError('BUS_MEDIA_TYPE_UNSUPPORTED', 'media-type-unknown')
  }
}

/** Sets the ids by which a request is found in logs and traces. */
export function setTrace(request: FastifyRequest): void {
  const text = request.headers.traceparent
  const traceparent = typeof text === 'string' ? text : undefined
  const known = parseTraceparent(traceparent)
  request.traceparent = known && traceparent
  // randomUUID takes its bytes from a pool; other random bytes need a system call each time.
  request.traceId = known?.traceId ?? randomUUID().replaceAll('-', '')
}

function checkHeaders(request: FastifyRequest): void {
  const seen = new Set<string>()
  const { rawHeaders } = request.raw
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase()
    if ((single.has(name) || name.startsWith('ce-')) && seen.has(name)) {
      throw new BusError('BUS_REQUEST_INVALID', 'header-twice', { values: { header: name } })
    }
    seen.add(name)
  }
  if (request.headers.host === undefined && request.raw.httpVersion === '1.1')
    throw new BusError('BUS_REQUEST_INVALID', 'host-missing')
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding.trim().toLowerCase() !== 'identity') {
    throw new BusError('BUS_MEDIA_TYPE_UNSUPPORTED', 'encoding-unsupported')
  }
}
