import type { Socket } from 'node:net'
import type { FastifyContextConfig, FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import type { Control } from '#bus/control/control.ts'
import { actorOf } from '#bus/control/decide.ts'
import type { Freshness } from '#bus/control/follow-acts.ts'
import type { Turns } from '#bus/fair-use/turns.ts'
import { authorize, type Identity } from '#bus/policy/identity.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { PersonAct } from '#protocol/trust/person-act.ts'
import { bodyDigest, type VerifiedToken, verifyToken } from '#protocol/trust/token.ts'
import { addressKey } from '../limits/caller-address.ts'
import { createTokenCache } from '../token-cache.ts'
import { type AuthenticatePerson, checkPersonUse, type PersonCaller } from './person-authentication.ts'

/** Who sent the request: a system, or a person in a session of the console. */
export type Caller = SystemCaller | PersonCaller

/** The system that sent the request, and its key; its signature is verified. */
export interface SystemCaller extends Identity {
  readonly agency: string
  readonly operator: boolean
  /** Sees what belongs to any agency: operators and auditors. */
  readonly seesAll: boolean
  readonly token: VerifiedToken
  /** Throws if the system may do nothing any more, at an instant (milliseconds since the epoch). */
  readonly authorize: (at: number) => void
}

/**
 * The kind of token that a route requires: `plain` for reading and uploading; `publish`, a submission
 * token, or a plain one of a system that may publish unsigned; `act`, a token bound to method, address and
 * body; `session`, none but the cookie of a session of the console; `none`, no token.
 */
export type TokenKind = 'plain' | 'publish' | 'act' | 'session' | 'none'

declare module 'fastify' {
  interface FastifyContextConfig {
    token?: TokenKind
    /** Whether a person may send it in a session of the console. Default: reading that needs a plain token. */
    session?: boolean
  }
  interface FastifyRequest {
    caller: Caller
    /** Of an act: the token that is recorded as its evidence, bound to the body. The bus signs it for a person. */
    evidence: string
    /** The system whose signature was verified, even if it may not act; undefined if there is none. */
    signer: string | undefined
    /** Its token is bound to a body and came before: recipients have the tokens of what they read, so it may be anybody's. */
    isReplay: boolean
    traceId: string
  }
}

/** What is needed to check whether a caller may still act. */
export interface AuthorizationOptions {
  readonly freshness: Pick<Freshness, 'check'>
}

export interface AuthenticationOptions extends AuthorizationOptions {
  readonly control: Control
  /** The exact value that `aud` must have. */
  readonly publicUrl: string
  readonly authenticatePerson: AuthenticatePerson
  /** Signs with the bus's key what a person does. */
  readonly signForPerson: (act: PersonAct) => Promise<string>
  /** Log-ins that are strong enough for changes; empty: all. */
  readonly acrForChanges: readonly string[]
  readonly turns: Pick<Turns, 'take'>
  readonly now: () => number
}

/**
 * Verifies each request's token as its route requires, before any of its body is read, and sets
 * `request.caller`. What needs the body is checked once the body has arrived.
 */
export function addAuthentication(app: FastifyInstance, options: AuthenticationOptions): void {
  const { control, freshness, turns, publicUrl, authenticatePerson, signForPerson, acrForChanges, now } =
    options
  const cache = createTokenCache<VerifiedToken>({ max: 10_000, now: () => now() / 1000 })
  control.onAct(() => cache.clear())
  /** Tokens bound to a body that came before. */
  const seen = createTokenCache<{ readonly exp: number }>({ max: 50_000, now: () => now() / 1000 })

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

  const systemOf = async (request: FastifyRequest, kind: TokenKind): Promise<SystemCaller> => {
    const bearer = bearerOf(request)
    const token = await verified(bearer)
    const { iss: system, kid } = token
    request.signer = system
    const authorizeSystem = (at: number): void => authorize(control, { system, kid }, at)
    authorizeSystem(now()) // Also for a token from the cache: its key may have expired since.
    const { boundOnly = false, unsigned = false, roles = [] } = control.state.systems.get(system) ?? {}
    checkUse(request, kind, token, { publicUrl, boundOnly, unsigned })
    if (token.kind === 'submission' || token.kind === 'act') {
      request.isReplay = seen.get(bearer) !== undefined
      seen.set(bearer, { exp: token.exp })
    }
    const actor = actorOf(control.state, system)
    const seesAll = actor.operator || roles.includes('auditor')
    return { ...actor, seesAll, kid, token, authorize: authorizeSystem }
  }

  const personOf = async (request: FastifyRequest, kind: TokenKind): Promise<PersonCaller | undefined> => {
    if (request.headers.authorization !== undefined) return undefined
    const person = await authenticatePerson(request)
    if (!person && kind === 'session') throw new BusError('BUS_SESSION_INVALID', 'session-missing')
    const opens = sessionOpens(request.method, request.routeOptions.config)
    if (person) checkPersonUse(person, { opens, isChange: kind === 'act', acrForChanges })
    return person
  }

  /** Agencies whose token was verified on a connection before. */
  const verifiedAgencies = new WeakMap<Socket, string>()
  app.decorateRequest('caller')
  app.decorateRequest('evidence', '')
  app.decorateRequest('signer', undefined)
  app.decorateRequest('isReplay', false)
  app.addHook('onRoute', nameSessions)
  app.addHook('onRequest', async (request, reply) => {
    const kind = request.routeOptions.config.token
    if (kind === undefined || kind === 'none') return
    const { socket } = request.raw
    // Bad tokens use the turns of their address, not those of agencies.
    await turnOf(turns, verifiedAgencies.get(socket) ?? addressKey(socket))
    freshness.check()
    request.caller = (await personOf(request, kind)) ?? (await systemOf(request, kind))
    verifiedAgencies.set(socket, request.caller.agency)
    if ('session' in request.caller) reply.header('cache-control', 'no-store') // Browsers store what is not said.
  })
  app.addHook('preValidation', async (request) => {
    const { caller, body, method: htm } = request
    if (!(body instanceof Buffer) || caller === undefined) return
    await checkAgain(options, caller, now) // The body may have taken long to arrive.
    const digest = bodyDigest(body)
    if ('session' in caller) {
      const { person, login } = caller.session
      const htu = publicUrl + request.url.split('?')[0]
      request.evidence = await signForPerson({ person, login, htm, htu, body: digest })
      return
    }
    if (caller.token.kind === 'act' && caller.token.body !== digest) {
      throw new BusError('BUS_SUBMISSION_MISMATCH', 'act-body-differs')
    }
    request.evidence = caller.token.token
  })
}

/** The system that sent a request to a route that no person may use. */
export function systemThatSent({ caller }: FastifyRequest): SystemCaller {
  if ('token' in caller) return caller
  throw new TypeError('a session opens no route of systems')
}

function sessionOpens(method: string | readonly string[], config: FastifyContextConfig = {}): boolean {
  const { token, session = token === 'session' || (token === 'plain' && [method].flat().every(isRead)) } =
    config
  return session
}

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD'

/** Adds sessions to what the OpenAPI document says of a route, so that no route has to name them. */
function nameSessions({ method, config, schema }: RouteOptions): void {
  if (schema?.security && config?.token !== 'session' && sessionOpens(method, config))
    Object.assign(schema, { security: [...schema.security, { session: [] }] })
}

/** Throws if the caller may no longer act; called again after a wait, and while bytes come in or go out. */
export function checkStillAuthorized(
  { freshness }: AuthorizationOptions,
  caller: Pick<Caller, 'authorize'>,
  at: number
): void {
  freshness.check()
  caller.authorize(at)
}

/** The same, and for a person also whether the session has ended since. For what takes long. */
export async function checkAgain(
  options: AuthorizationOptions,
  caller: Caller,
  now: () => number
): Promise<void> {
  if ('session' in caller) await caller.lookAgain()
  checkStillAuthorized(options, caller, now())
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

/** How long a token may be valid that reads by one request. */
const maxBoundSeconds = 60

interface UseRules {
  readonly publicUrl: string
  readonly boundOnly: boolean
  readonly unsigned: boolean
}

function checkUse(request: FastifyRequest, kind: TokenKind, token: VerifiedToken, rules: UseRules): void {
  const refuse = (expected: string): never => {
    throw new BusError('BUS_TOKEN_INVALID', 'token-for-other-use', { values: { expected, got: token.kind } })
  }
  const checkBound = (): void => {
    const { htm = '', htu = '' } = token
    const { method } = request
    const url = rules.publicUrl + request.url.split('?')[0]
    if (htm === method && htu === url) return
    throw new BusError('BUS_TOKEN_INVALID', 'token-of-other-request', { values: { htm, htu, method, url } })
  }
  switch (kind) {
    case 'plain':
      if (token.kind === 'bound-plain') {
        checkBound()
        const got = token.exp - token.iat
        if (got > maxBoundSeconds) {
          const values = { got, limit: maxBoundSeconds }
          throw new BusError('BUS_TOKEN_INVALID', 'token-bound-too-long', { values })
        }
      } else if (token.kind !== 'plain') refuse('plain')
      else if (rules.boundOnly) refuse('bound-plain')
      break
    case 'publish':
      // A plain token is good for any request: a system that allows only bound ones cannot publish with it.
      if (token.kind !== 'submission' && !(token.kind === 'plain' && rules.unsigned && !rules.boundOnly))
        refuse('submission')
      break
    case 'act':
      if (token.kind !== 'act') refuse('act')
      checkBound()
      break
    case 'session':
      throw new BusError('BUS_SESSION_INVALID', 'session-missing')
    case 'none':
      break
  }
}
