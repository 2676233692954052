import { createHash } from 'node:crypto'
import { BusError } from '../errors/bus-error.ts'
import { checkEventSchema } from '../registry/check-event-schema.ts'
import type { Store } from '../store/store.ts'
import type { Logger } from '../telemetry/logger.ts'
import { checkPublicJwk, type PublicJwk, thumbprint } from '../trust/jwk.ts'
import { verifySignatureAt } from '../trust/token.ts'
import { type Actor, checkActRules } from './act-rules.ts'
import { type Act, parseAct } from './acts.ts'
import {
  agencyOfSystem,
  type ControlState,
  emptyControlState,
  type FoldContext,
  foldAct,
  holdsAt,
  type KeyEntry
} from './control-state.ts'
import type { ControlTables } from './control-tables.ts'

/** A signed act: the body as it came, and the token whose `body` claim is its SHA-256. */
export interface SignedAct {
  readonly body: Uint8Array
  readonly token: string
  /** The system that signed, already verified by the caller of `append`. */
  readonly actor: string
}

/** What an act became. */
export interface RecordedAct {
  readonly number: number
  readonly act: string
  readonly thing: string
  /** Hash of its body, hex: the next act on this thing names it as `previous`. */
  readonly hash: string
}

export interface Control {
  /** The fold; read it, never change it. */
  readonly state: ControlState

  /**
   * Records one act and folds it. Rejects with `BUS_ACT_INVALID`,
   * `BUS_ACT_CONFLICT` (something else was done first: read the thing again) or
   * `BUS_NOT_PERMITTED`; then nothing was recorded.
   */
  append(signed: SignedAct, mayBe?: (act: Act) => boolean): Promise<RecordedAct>

  /** The key a system may sign with at an instant, by `kid`, as the fold stands; undefined if there is none. */
  keyOf(system: string, kid: string, at: number): PublicJwk | undefined

  /** Calls back after each act that was folded. Returns what ends it. */
  onAct(listener: (act: Act) => void): () => void
}

export interface ControlOptions {
  readonly store: Store
  /** The keys trust starts from, by `kid`; they sign as `/bus/systems/operator`. */
  readonly operatorKeys: ReadonlyMap<string, PublicJwk>
  readonly logger: Logger
  readonly now?: () => number
}

export const operatorSystem = '/bus/systems/operator'

/** Reads all acts, checks each signature and rule itself, and keeps their fold. Acts that are not good are reported and ignored. */
export async function openControl(options: ControlOptions): Promise<Control> {
  const { store, operatorKeys, logger, now = Date.now } = options
  const state = emptyControlState()
  const listeners = new Set<(act: Act) => void>()

  const keyOf = (system: string, kid: string, at: number): PublicJwk | undefined => {
    if (system === operatorSystem) return operatorKeys.get(kid)
    const entry = state.systems.get(system)
    if (!entry || !holdsAt(entry.span, state.lastAct)) return undefined
    return entry.keys.find((key) => key.kid === kid && isValidAt(key, at))?.jwk
  }

  const actorOf = (system: string): Actor => ({
    system,
    agency: agencyOfSystem(system),
    operator: system === operatorSystem || (state.systems.get(system)?.roles.includes('operator') ?? false)
  })

  const checked = async (
    act: Act,
    actor: string,
    body: Uint8Array
  ): Promise<Omit<FoldContext, 'number' | 'recordedAt'>> => {
    const key =
      act.act === 'key.added' || act.act === 'bus-key.added' ? checkPublicJwk(act.key as never) : undefined
    const print = key && (await thumbprint(key))
    const facts = key && print ? { thumbprint: print, kid: key.kid } : {}
    checkActRules(state, act, actorOf(actor), facts)
    return { hash: hashOf(body), ...(key && print ? { key: { jwk: key, thumbprint: print } } : {}) }
  }

  const refold = async (): Promise<void> => {
    const rows = await store
      .reader<ControlTables>()
      .selectFrom('controlActs')
      .selectAll()
      .orderBy('number')
      .execute()
    for (const row of rows) {
      try {
        const body = Buffer.from(row.body)
        const recordedAt = Date.parse(row.recordedAt)
        const act = parseAct(body)
        const actor = await signerOf(row.token, body, (system, kid) => keyOf(system, kid, recordedAt))
        const context = await checked(act, actor, body)
        foldAct(state, act, { ...context, number: row.number, recordedAt })
      } catch (error) {
        logger.error({ err: error, act: row.number }, 'control act ignored: it does not hold')
        state.lastAct = row.number
      }
    }
  }

  const record = async (
    { body, token, actor }: SignedAct,
    mayBe?: (act: Act) => boolean
  ): Promise<RecordedAct> => {
    const act = parseAct(body)
    if (mayBe && !mayBe(act)) {
      throw new BusError('BUS_ACT_INVALID', 'act-not-of-this-route', { values: { act: act.act } })
    }
    const context = await checked(act, actor, body)
    if (act.act === 'schema.registered') {
      const earlier = state.schemas.filter(({ type }) => type === act.type).map(({ text }) => text)
      checkEventSchema(act.type, act.schema, earlier)
    }
    const number = state.lastAct + 1
    const recordedAt = now()
    await store.transaction((transaction) =>
      transaction
        .tables<ControlTables>()
        .insertInto('controlActs')
        .values({
          number,
          body: Buffer.from(body).toString('utf8'),
          token,
          recordedAt: new Date(recordedAt).toISOString()
        })
        .execute()
    )
    foldAct(state, act, { ...context, number, recordedAt })
    for (const listener of listeners) listener(act)
    return { number, act: act.act, thing: act.thing, hash: context.hash }
  }

  await refold()
  let tail: Promise<unknown> = Promise.resolve() // One act at a time: each is checked against the fold of all before it.

  return {
    state,
    keyOf,

    append(signed, mayBe) {
      const mine = tail.then(() => record(signed, mayBe))
      tail = mine.catch(() => {})
      return mine
    },

    onAct(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
}

/** Whether a key may sign at an instant (milliseconds since the epoch). */
export function isValidAt(key: KeyEntry, at: number): boolean {
  return key.validFromAt <= at && at < key.validToAt
}

/** The system that signed an act, its signature and the body's digest checked; audience and expiry are not asked again. */
async function signerOf(
  token: string,
  body: Uint8Array,
  findKey: (system: string, kid: string) => PublicJwk | undefined
): Promise<string> {
  const claims = await verifySignatureAt(token, findKey)
  if (claims.body !== createHash('sha256').update(body).digest('base64url')) {
    throw new BusError('BUS_SUBMISSION_MISMATCH', 'act-body-differs')
  }
  return claims.iss
}

function hashOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}
