import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Control } from '#bus/control/control.ts'
import { actorOf, checkNotSuspended } from '#bus/control/decide.ts'
import type { Freshness } from '#bus/control/follow-acts.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { bodyDigest, type VerifiedToken, verifyToken } from '#protocol/trust/token.ts'
import { createTokenCache } from '../token-cache.ts'

/** The system a request comes from, its signature verified. */
export interface Caller {
  readonly system: string
  readonly agency: string
  readonly operator: boolean
  readonly token: VerifiedToken
}

/**
 * Which kind of token a route takes: `plain` reads and uploads; `publish` takes
 * a submission's, or a plain one from systems that may publish unsigned;
 * `act` one bound to method, address and body; `none` asks for nothing.
 */
export type TokenKind = 'plain' | 'publish' | 'act' | 'none'

declare module 'fastify' {
  interface FastifyContextConfig {
    token?: TokenKind
  }
  interface FastifyRequest {
    caller: Caller
    traceId: string
  }
}

/** What tells whether a system may still do what it does. */
export interface AuthorizationOptions {
  readonly control: Control
  readonly freshness: Pick<Freshness, 'check'>
}

export interface AuthenticationOptions extends AuthorizationOptions {
  /** What `aud` must be, exactly. */
  readonly publicUrl: string
  readonly now: () => number
}

/** Verifies each request's token as its route asks and puts `request.caller` in place. */
export function addAuthentication(app: FastifyInstance, options: AuthenticationOptions): void {
  const { control, freshness, publicUrl, now } = options
  const cache = createTokenCache({ max: 10_000, now: () => now() / 1000 })
  control.onAct(() => cache.clear())

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

  app.decorateRequest('caller')
  app.addHook('preValidation', async (request) => {
    const kind = request.routeOptions.config.token
    if (kind === undefined || kind === 'none') return
    freshness.check()
    const token = await verified(bearerOf(request))
    checkNotSuspended(control.state, token.iss)
    const entry = control.state.systems.get(token.iss)
    checkUse(request, kind, token, {
      publicUrl,
      boundOnly: entry?.boundOnly ?? false,
      unsigned: entry?.unsigned ?? false
    })
    request.caller = { ...actorOf(control.state, token.iss), token }
  })
}

/** Whether a caller's system still stands; asked again after a long wait. */
export function checkStillAuthorized(
  { control, freshness }: AuthorizationOptions,
  caller: Caller,
  at: number
): void {
  freshness.check()
  if (!control.keyOf(caller.system, caller.token.kid, at)) {
    throw new BusError('BUS_TOKEN_INVALID', 'token-refused')
  }
  checkNotSuspended(control.state, caller.system)
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
      if (token.kind !== 'submission' && !(token.kind === 'plain' && rules.unsigned)) refuse('submission')
      break
    case 'act': {
      if (token.kind !== 'act' || !isBoundHere()) return refuse('act')
      const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0)
      if (token.body !== bodyDigest(body)) {
        throw new BusError('BUS_SUBMISSION_MISMATCH', 'act-body-differs')
      }
      break
    }
    case 'none':
      break
  }
}
