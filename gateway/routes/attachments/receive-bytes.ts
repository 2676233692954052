import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { BusError } from '#protocol/errors/bus-error.ts'
import { type AuthorizationOptions, checkStillAuthorized } from '../../plugins/authentication.ts'

export interface ReceiveOptions extends AuthorizationOptions {
  /** How long an upload may stand still. */
  readonly idleTimeoutMs: number
  readonly stopping: AbortSignal
  readonly now: () => number
}

/** Rights are looked at again this often while bytes come in. */
const standsEveryMs = 1000

/**
 * Hands a request's bytes on, and breaks them off when they stand still, the
 * bus stops, or the caller may upload no longer; the refusal then says which.
 */
export async function receiveBytes<T>(
  request: FastifyRequest,
  { control, freshness, idleTimeoutMs, stopping, now }: ReceiveOptions,
  take: (bytes: Readable, signal: AbortSignal) => Promise<T>
): Promise<T> {
  const bytes = (request.body ?? request.raw) as Readable
  const cut = new AbortController()
  const cutOff = (): void => cut.abort(new BusError('BUS_REQUEST_TIMEOUT', 'request-cut-off'))
  const stop = (): void => cut.abort(new BusError('BUS_STOPPING', 'stopping', { waitMs: 2000 }))
  let idle = setTimeout(cutOff, idleTimeoutMs)
  bytes.on('data', () => {
    clearTimeout(idle)
    idle = setTimeout(cutOff, idleTimeoutMs)
  })
  bytes.pause()
  const stands = setInterval(() => {
    try {
      checkStillAuthorized({ control, freshness }, request.caller, now())
    } catch (error) {
      cut.abort(error)
    }
  }, standsEveryMs)
  stopping.addEventListener('abort', stop, { once: true })
  try {
    if (stopping.aborted) stop()
    return await take(bytes, cut.signal)
  } finally {
    clearTimeout(idle)
    clearInterval(stands)
    stopping.removeEventListener('abort', stop)
  }
}
