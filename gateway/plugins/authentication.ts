import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Control } from '#bus/control/control.ts'
import { actorOf } from '#bus/control/decide.ts'
import type { Freshness } from '#bus/control/follow-acts.ts'
import type { Turns } from '#bus/fair-use/turns.ts'
import { authorize, type Identity } from '#bus/policy/identity.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { bodyDigest, type VerifiedToken, verifyToken } from '#protocol/trust/token.ts'
import { addressKey } from '../limits/caller-address.ts'
import { createTokenCache } from '../token-cache.ts'

/** The system that sent the request, and its key; its signature is verified. */
export interface Caller extends Identity {
  readonly agency: string
  readonly operator: boolean
  /** It is an operator or an auditor. */
  readonly seesAll: boolean
  readonly token: VerifiedToken
}

/**
 * The kind of token that a route requires: `plain` for reading and uploading; `publish`, a submission
 * token, or a plain one of a system that may publish unsigned; `act`, a token bound to method, address and
 * body; `none`, no token.
 */
export type TokenKind = 'plain' | 'publish' | 'act' | 'none'

declare module 'fastify' {
  interface FastifyContextConfig {
    token?: TokenKind
  }
  interface FastifyRequest {
    caller: Caller
    /** The system whose signature was verified, even if it may not act; undefined if there is none. */
    signer: string | undefined
    /** Its token is bound to a body and came before: recipients have the tokens of what they read, so it may be anybody's. */
    isReplay: boolean
    traceId: string
  }
}

/** What is needed to check whether a system may still act. */
export interface AuthorizationOptions {
  readonly control: Control
  readonly freshness: Pick<Freshness, 'check'>
}

export interface AuthenticationOptions extends AuthorizationOptions {
  /** The exact value that `aud` must have. */
  readonly publicUrl: string
  readonly turns: Pick<Turns, 'take'>
  readonly now: () => number
}

/**
 * Verifies each request's token as its route requires, before any of its body is read, and sets
 * `request.caller`. What needs the body is checked once the body has arrived.
 */
export function addAuthentication(app: FastifyInstance, options: AuthenticationOptions): void {
  const { control, freshness, turns, publicUrl, now } = options
  const cache = createTokenCache({ max: 10_000, now: () => now() / 1000 })
  control.onAct(() => cache.clear())
  /** Tokens bound to a body that came before. */
  const seen = createTokenCache({ max: 50_000, now: () => now() / 1000 })

  const verified = async (token: string): Promise<VerifiedToken> => {
    const known = cache.get(token)
    if (known) return known
    const { lastAct } = control.state
    const fresh = await verifyToken(token, {
      findKey: (system, kid) => control.keyOf(system, kid, now()),
      audience: publicUrl,
      now: now() / 1000
    })
    if (fresh.kind === 'plain' && control.state.lastAct === lastAct) cache.set(token, fresh)
    return fresh
  }

  /** Agencies whose token was verified on a connection before. */
  const verifiedAgencies = new WeakMap<Socket, string>()
  app.decorateRequest('caller')
  app.decorateRequest('signer', undefined)
  app.decorateRequest('isReplay', false)
  app.addHook('onRequest', async (request) => {
    const kind = request.routeOptions.config.token
    if (kind === undefined || kind === 'none') return
    const { socket } = request.raw
    // Bad tokens use the turns of their address, not those of agencies.
    await turnOf(turns, verifiedAgencies.get(socket) ?? addressKey(socket))
    freshness.check()
    const bearer = bearerOf(request)
    const token = await verified(bearer)
    const { iss: system, kid } = token
    request.signer = system
    authorize(control, { system, kid }, now()) // Also for a token from the cache: its key may have expired since.
    const { boundOnly = false, unsigned = false, roles = [] } = control.state.systems.get(system) ?? {}
    checkUse(request, kind, token, { publicUrl, boundOnly, unsigned })
    const actor = actorOf(control.state, system)
    request.caller = { ...actor, seesAll: actor.operator || roles.includes('auditor'), kid, token }
    if (token.kind === 'submission' || token.kind === 'act') {
      request.isReplay = seen.get(bearer) !== undefined
      seen.set(bearer, token)
    }
    verifiedAgencies.set(socket, request.caller.agency)
  })
  app.addHook('preValidation', async ({ caller, body }) => {
    if (!(body instanceof Buffer) || caller === undefined) return
    checkStillAuthorized(options, caller, now()) // The body may have taken long to arrive.
    if (caller.token.kind === 'act' && caller.token.body !== bodyDigest(body)) {
      throw new BusError('BUS_SUBMISSION_MISMATCH', 'act-body-differs')
    }
  })
}

/** Throws if the caller may no longer act; called again after a wait, and while bytes come in or go out. */
export function checkStillAuthorized(
  { control, freshness }: AuthorizationOptions,
  caller: Caller,
  at: number
): void {
  freshness.check()
  authorize(control, caller, at)
}

function turnOf(turns: Pick<Turns, 'take'>, who: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  turns.take(who, resolve)
  return promise
}

function bearerOf(request: FastifyRequest): string {
  const [, token] = /^Bearer ([^ ]+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (token === undefined) throw new BusError('BUS_TOKEN_INVALID', 'token-refused')
  return token
}

interface UseRules {
  readonly publicUrl: string
  readonly boundOnly: boolean
  readonly unsigned: boolean
}

function checkUse(request: FastifyRequest, kind: TokenKind, token: VerifiedToken, rules: UseRules): void {
  const refuse = (expected: string): never => {
    throw new BusError('BUS_TOKEN_INVALID', 'token-for-other-use', { values: { expected, got: token.kind } })
  }
  const isBoundHere = (): boolean =>
    token.htm === request.method && token.htu === rules.publicUrl + request.url.split('?')[0]
  switch (kind) {
    case 'plain':
      if (token.kind === 'bound-plain' && (!isBoundHere() || token.exp - token.iat > 60))
        refuse('bound-plain')
      else if (token.kind !== 'plain' && token.kind !== 'bound-plain') refuse('plain')
      else if (token.kind === 'plain' && rules.boundOnly) refuse('bound-plain')
      break
    case 'publish':
      // A plain token is good for any request: a system that allows only bound ones cannot publish with it.
      if (token.kind !== 'submission' && !(token.kind === 'plain' && rules.unsigned && !rules.boundOnly))
        refuse('submission')
      break
    case 'act':
      if (token.kind !== 'act' || !isBoundHere()) refuse('act')
      break
    case 'none':
      break
  }
}
