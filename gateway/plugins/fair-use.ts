import type { FastifyInstance } from 'fastify'
import type { Turns } from '#bus/fair-use/turns.ts'
import { announcedBytes } from '../limits/announced-bytes.ts'
import { addressKey } from '../limits/caller-address.ts'
import type { LimitsConfig } from '../limits/limits-config.ts'
import { createShares } from '../limits/shares.ts'
import { createUse, type RequestUse } from '../limits/use.ts'
import type { Caller } from './authentication.ts'
import { whenClosed } from './when-closed.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Memory for an answer of this route, if more than a few kilobytes; `later`: the handler takes it itself. */
    answerBytes?: number | 'later'
  }
  interface FastifyRequest {
    /** Whose share it uses: an agency, its people, or an address that has shown no token. Empty until that is known. */
    who: string
    /** What it takes of that share; undefined if it was refused before. */
    use: RequestUse | undefined
  }
}

export interface FairUseOptions {
  readonly limits: LimitsConfig
  readonly maxBodyBytes: number
  readonly turns: Turns
}

/** Memory for an answer, unless the route says otherwise. */
const usualAnswerBytes = 16_384
/** Memory for a stream. */
const streamBytes = 131_072

/**
 * Limits each agency, and the people of each, to a share, before any body is read: its rate and number of requests, the
 * memory for what it sends and for answers that it has not taken yet, and its turns on the main thread.
 * Callers without a token are counted by address. Register it after the authentication.
 */
export function addFairUse(app: FastifyInstance, { limits, maxBodyBytes, turns }: FairUseOptions): void {
  const shares = createShares({ limits })
  /** The largest answer of each route so far, in bytes, where it is more than usual. */
  const largest = new Map<string, number>()
  app.decorateRequest('who', '')
  app.decorateRequest('use', undefined)

  app.addHook('onRequest', async (request, reply) => {
    // A token that came before may be used by a recipient of what it signed: it takes nothing of its agency's share.
    const share = request.isReplay ? undefined : request.caller && shareOf(request.caller)
    request.who = share ?? addressKey(request.raw.socket)
    const { streams = false } = request.routeOptions.config
    const announced = announcedBytes(request.headers) ?? (streams ? 0 : maxBodyBytes)
    const use = createUse(shares.of(request.who), announced)
    request.use = use
    whenClosed(reply, use.end)
    if (reply.raw.closed) return reply.hijack() // Nobody is there to answer.
    if (announced > 0 && !streams) await use.takeBody(announced)
    return undefined
  })

  app.addHook('preHandler', (request, _reply, done) => {
    const { url = '', config } = request.routeOptions
    const take = (): Promise<void> | undefined =>
      config.answerBytes === 'later'
        ? undefined
        : request.use?.takeAnswer(config.answerBytes ?? largest.get(url) ?? usualAnswerBytes)
    // Room is taken in turn: what the requests before it were answered with is known then.
    turns.take(request.who, () => {
      const room = take()
      if (room) room.then(() => turns.take(request.who, done), done)
      else done()
    })
  })

  app.addHook('onSend', (request, reply, payload, done) => {
    const { who, use } = request
    if (who !== '') {
      reply.header('ratelimit-policy', shares.policy).header('ratelimit', shares.of(who).rateLimit())
    }
    const { url = '' } = request.routeOptions
    const length = lengthOf(payload)
    if (length > (largest.get(url) ?? usualAnswerBytes)) largest.set(url, length)
    use?.answer(length)
    reply.raw.socket?.setTimeout(limits.answerStallMs) // Runs only while the caller takes nothing.
    done(null, payload)
  })
}

/** People cannot use up what the systems of their agency need, nor those who only read what operators need. */
function shareOf(caller: Caller): string {
  const { agency, operator } = caller
  if (!('session' in caller)) return agency
  return `${operator ? 'operators' : 'readers'} of ${agency}`
}

function lengthOf(payload: unknown): number {
  if (typeof payload === 'string' || payload instanceof Buffer) return Buffer.byteLength(payload)
  return payload === null || payload === undefined ? 0 : streamBytes
}
