import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { BusError } from '#protocol/errors/bus-error.ts'
import { announcedBytes } from '../../limits/announced-bytes.ts'
import { type AuthorizationOptions, checkStillAuthorized } from '../../plugins/authentication.ts'

export interface ReceiveOptions extends AuthorizationOptions {
  /** How long an upload may pause. */
  readonly idleTimeoutMs: number
  readonly stopping: AbortSignal
  readonly now: () => number
}

/** How often rights are checked while bytes arrive. */
const standsEveryMs = 1000

/**
 * Passes on a request's bytes. Stops if none arrive for too long, if the bus stops, if the caller may no
 * longer upload, or if its agency has sent too many bytes; the error says which.
 */
export async function receiveBytes<T>(
  request: FastifyRequest,
  { freshness, idleTimeoutMs, stopping, now }: ReceiveOptions,
  take: (bytes: Readable, signal: AbortSignal) => Promise<T>
): Promise<T> {
  const bytes = (request.body ?? request.raw) as Readable
  const cut = new AbortController()
  const cutOff = (): void => cut.abort(new BusError('BUS_REQUEST_TIMEOUT', 'request-cut-off'))
  const stop = (): void => cut.abort(new BusError('BUS_STOPPING', 'stopping', { waitMs: 2000 }))
  const attempt = (check: () => void): void => {
    try {
      check()
    } catch (error) {
      cut.abort(error)
    }
  }
  let idle = setTimeout(cutOff, idleTimeoutMs)
  const isAnnounced = announcedBytes(request.headers) !== undefined
  bytes.on('data', ({ length }: Buffer) => {
    clearTimeout(idle)
    idle = setTimeout(cutOff, idleTimeoutMs)
    if (!isAnnounced) attempt(() => request.use?.receive(length))
  })
  bytes.pause()
  const checkAuthorized = (): void => checkStillAuthorized({ freshness }, request.caller, now())
  const stands = setInterval(() => attempt(checkAuthorized), standsEveryMs)
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
