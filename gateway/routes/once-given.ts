import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Calls back when the response has been written in full. Does not call back if the client has gone before, if
 * the response is an error, or if the request was only for the headers.
 */
export function onceGiven(request: FastifyRequest, reply: FastifyReply, callback: () => void): void {
  if (request.method !== 'GET') return
  reply.raw.once('finish', () => {
    if (reply.raw.statusCode === 200) callback()
  })
}
