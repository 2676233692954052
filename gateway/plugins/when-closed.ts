import type { FastifyReply } from 'fastify'

/**
 * Calls back once, when the response has ended or its caller is gone; at once if that has happened already.
 * A listener alone would wait for ever for a caller that went while an earlier step of the request waited.
 */
export function whenClosed({ raw }: FastifyReply, callback: () => void): void {
  if (raw.closed) callback()
  else raw.once('close', callback)
}
