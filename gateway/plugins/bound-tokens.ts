import type { FastifyInstance } from 'fastify'
import type { UsedTokens } from '../used-tokens.ts'

/**
 * Records that a token bound to its request is used. Register it after the limits: a request that they refuse
 * can then be sent again with the same token, and costs no write.
 */
export function addBoundTokens(app: FastifyInstance, usedTokens: UsedTokens): void {
  app.addHook('onRequest', async ({ caller }) => {
    if (caller === undefined || !('token' in caller) || caller.token.kind !== 'bound-plain') return
    await usedTokens.use(caller.token, { usesReserve: caller.operator })
  })
}
