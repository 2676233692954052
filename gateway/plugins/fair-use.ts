import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Turns } from '#bus/fair-use/turns.ts'
import { addressOf } from '../limits/caller-address.ts'
import type { LimitsConfig } from '../limits/limits-config.ts'
import { createShares } from '../limits/shares.ts'
import { createUse, type Use } from '../limits/use.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Bytes that an answer of this route may take, where that is more than a few kilobytes; `later`: it says so itself. */
    answerBytes?: number | 'later'
  }
  interface FastifyRequest {
    /** What the request takes of its agency's share; undefined until its token is verified. */
    use: Use | undefined
  }
}

export interface FairUseOptions {
  readonly limits: LimitsConfig
  readonly maxBodyBytes: number
  readonly turns: Turns
}

/** What an answer takes that says nothing else. */
const usualAnswerBytes = 16_384
/** Of a stream so much is kept at a time. */
const streamBytes = 131_072

/**
 * Holds each agency to its share, before its bodies are read: the rates and the
 * open requests it may have, the memory for what it sends and has not taken
 * yet, and turns on the main thread. Whoever has shown no token is counted by
 * address. Comes after the hook that verifies tokens.
 */
export function addFairUse(app: FastifyInstance, { limits, maxBodyBytes, turns }: FairUseOptions): void {
  const shares = createShares({ limits })
  app.decorateRequest('use', undefined)

  app.addHook('onRequest', async (request, reply) => {
    const who = request.caller?.agency ?? `address ${addressOf(request.raw.socket.remoteAddress)}`
    const announced = announcedBytes(request, maxBodyBytes)
    const use = createUse(shares.of(who), announced)
    request.use = use
    reply.raw.once('close', () => use.end())
    if (announced > 0 && !request.routeOptions.config.streams) await use.takeBody(announced)
  })

  app.addHook('preHandler', (request, _reply, done) => {
    const { answerBytes = usualAnswerBytes } = request.routeOptions.config
    const begin = (): void => turns.take(request.caller?.agency ?? '', done)
    const room = answerBytes === 'later' ? undefined : request.use?.takeAnswer(answerBytes)
    if (room) room.then(begin, done)
    else begin()
  })

  app.addHook('onSend', (request, reply, payload, done) => {
    const { use } = request
    if (use) {
      use.answer(lengthOf(payload))
      reply.header('ratelimit-policy', shares.policy).header('ratelimit', use.rateLimit())
    }
    reply.raw.socket?.setTimeout(limits.answerStallMs) // Time passes only while nothing is taken.
    done(null, payload)
  })
}

function announcedBytes({ headers }: FastifyRequest, most: number): number {
  const length = headers['content-length']
  if (length !== undefined) return Number(length)
  return headers['transfer-encoding'] === undefined ? 0 : most
}

function lengthOf(payload: unknown): number {
  if (typeof payload === 'string' || payload instanceof Buffer) return payload.length
  return payload === null || payload === undefined ? 0 : streamBytes
}
