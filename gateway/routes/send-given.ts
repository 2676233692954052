import type { FastifyReply, FastifyRequest } from 'fastify'

export interface Giving {
  /** The body: JSON. */
  readonly text: string
  /** Called when the reader may have the first of the bytes. */
  readonly given: () => void
}

/**
 * Sends events to a reader. They count as given before their first byte is written, not after the last: a
 * reader that takes nearly all of a page and breaks off, or takes it slowly, has the events on it. Nothing is
 * given to a reader that has gone before, or that asked for the headers alone.
 */
export function sendGiven(
  request: FastifyRequest,
  reply: FastifyReply,
  { text, given }: Giving
): FastifyReply {
  if (request.method === 'GET' && !request.raw.socket.destroyed) given()
  return reply.type('application/json').send(text)
}
