import { createHash } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { canonicalJwk, type PublicJwk, thumbprint } from '#protocol/trust/jwk.ts'
import { bodyDigest, verifySignatureAt } from '#protocol/trust/token.ts'
import type { StoredAct } from './act-journal.ts'
import { type Act, checkActRules, readStoredAct } from './acts.ts'
import { type ControlState, holdsAt, isSuspended, type KeyEntry, operatorSystem } from './control-state.ts'
import type { Actor, RecordedContext } from './define-act.ts'

/** A valid act, and the context to apply it with. */
export interface DecidedAct {
  readonly act: Act
  readonly context: RecordedContext
}

/**
 * Checks an act as the next one on a state, and throws a `BusError` if it is not valid. Recording calls this
 * before it stores an act, and every process calls it for the acts that it finds stored, so that no process
 * ever applies an act that another would reject. Signature and rights are checked as of the time when the
 * act was recorded, which is never before the time of the previous act, whatever the clocks say.
 */
export async function decideAct(
  state: ControlState,
  operatorKeys: ReadonlyMap<string, PublicJwk>,
  row: StoredAct
): Promise<DecidedAct> {
  const act = readStoredAct(row.body)
  const recordedAt = Math.max(Date.parse(row.recordedAt), state.recordedAt)
  if (Number.isNaN(recordedAt)) {
    const values = { kind: act.act, member: 'recordedAt', problem: 'is not a time' }
    throw new BusError('BUS_ACT_INVALID', 'act-member-invalid', { values })
  }
  const body = Buffer.from(row.body)
  const claims = await verifySignatureAt(row.token, (system, kid) =>
    signingKey(state, operatorKeys, { system, kid, at: recordedAt })
  )
  if (claims.body !== bodyDigest(body)) throw new BusError('BUS_SUBMISSION_MISMATCH', 'act-body-differs')
  checkNotSuspended(state, claims.iss)
  const jwk = act.key === undefined ? undefined : canonicalJwk(act.key)
  const context = {
    actor: actorOf(state, claims.iss),
    key: jwk && { jwk, thumbprint: thumbprint(jwk) },
    number: row.number,
    recordedAt,
    hash: createHash('sha256').update(body).digest('hex')
  }
  checkActRules(state, act, context)
  return { act, context }
}

/** A system that signs with one of its keys, at an instant (milliseconds since the epoch). */
export interface SigningQuestion {
  readonly system: string
  readonly kid: string
  readonly at: number
}

/**
 * The key that a system may sign with at an instant by the current state; undefined if there is none. A
 * retired or expired key does not become valid again when a clock is set back: retirement counts by acts,
 * and an instant before the last act counts as the time of the last act.
 */
export function signingKey(
  state: ControlState,
  operatorKeys: ReadonlyMap<string, PublicJwk>,
  { system, kid, at }: SigningQuestion
): PublicJwk | undefined {
  if (system === operatorSystem) return operatorKeys.get(kid)
  const entry = state.systems.get(system)
  if (!entry || !holdsAt(entry.span, state.lastAct)) return undefined
  const now = Math.max(at, state.recordedAt)
  const mayBeUsed = (key: KeyEntry): boolean => holdsAt(key.span, state.lastAct) && isValidAt(key, now)
  return entry.keys.find((key) => key.kid === kid && mayBeUsed(key))?.jwk
}

/** Whether a key may sign at an instant, milliseconds since the epoch. */
export function isValidAt(key: KeyEntry, at: number): boolean {
  return key.validFromAt <= at && at < key.validToAt
}

/** Throws `BUS_NOT_PERMITTED` if a system is suspended by the current state. */
export function checkNotSuspended({ systems }: ControlState, system: string): void {
  const entry = systems.get(system)
  if (entry && isSuspended(entry))
    throw new BusError('BUS_NOT_PERMITTED', 'system-suspended', { values: { system } })
}

/** The actor that a system acts as. */
export function actorOf({ systems }: ControlState, system: string): Actor {
  const root = system === operatorSystem
  const operator = root || (systems.get(system)?.roles.includes('operator') ?? false)
  return { system, agency: agencyOf(system), operator, root }
}
