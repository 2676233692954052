import { createHash } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { instantMs } from '#protocol/events/instant.ts'
import { canonicalJwk, type PublicJwk, thumbprint } from '#protocol/trust/jwk.ts'
import { bodyDigest, verifySignatureAt } from '#protocol/trust/token.ts'
import type { StoredAct } from './act-journal.ts'
import { claimsIn } from './act-records.ts'
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
 * act was recorded, which is never before the time of the previous act, whatever the clocks say. `isVerified`: the
 * signature was verified before (`verified-acts.ts`).
 */
export async function decideAct(
  state: ControlState,
  operatorKeys: ReadonlyMap<string, PublicJwk>,
  row: StoredAct,
  isVerified = false
): Promise<DecidedAct> {
  const act = readStoredAct(row.body)
  const recordedAt = Math.max(instantMs(row.recordedAt), state.recordedAt)
  if (Number.isNaN(recordedAt)) {
    const values = { kind: act.act, member: 'recordedAt', problem: 'is not a time' }
    throw new BusError('BUS_ACT_INVALID', 'act-member-invalid', { values })
  }
  const body = Buffer.from(row.body)
  const { iss, body: digest } = isVerified
    ? claimsIn(row.token)
    : await verifySignatureAt(row.token, (system, kid) =>
        signingKey(state, operatorKeys, { system, kid, at: recordedAt })
      )
  if (digest !== bodyDigest(body)) throw new BusError('BUS_SUBMISSION_MISMATCH', 'act-body-differs')
  const system = String(iss)
  checkNotSuspended(state, system)
  const jwk = act.key === undefined ? undefined : canonicalJwk(act.key)
  const context = {
    actor: actorOf(state, system),
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
  /** RFC 7638 thumbprint of the key, if it must be this one. */
  readonly thumbprint?: string
  readonly at: number
}

/** Why a system may not sign with a key. */
export type SigningFault =
  | 'system-unknown'
  | 'system-revoked'
  | 'key-not-registered'
  | 'key-retired'
  | 'key-not-yet-valid'
  | 'key-expired'

/**
 * The registered key that a system may sign with at an instant by the current state, or why there is none. A
 * retired or expired key does not become valid again when a clock is set back: retirement counts by acts,
 * and an instant before the last act counts as the time of the last act.
 */
export function registeredKey(
  { systems, lastAct, recordedAt }: Pick<ControlState, 'systems' | 'lastAct' | 'recordedAt'>,
  { system, kid, thumbprint: print, at }: SigningQuestion
): KeyEntry | SigningFault {
  const entry = systems.get(system)
  if (!entry) return 'system-unknown'
  if (!holdsAt(entry.span, lastAct)) return 'system-revoked'
  const key = entry.keys.find((one) => one.kid === kid && (print === undefined || one.thumbprint === print))
  if (!key) return 'key-not-registered'
  if (!holdsAt(key.span, lastAct)) return 'key-retired'
  const now = Math.max(at, recordedAt)
  if (now < key.validFromAt) return 'key-not-yet-valid'
  return now < key.validToAt ? key : 'key-expired'
}

/** The key that a system may sign with, the operator's of the configuration included; undefined if there is none. */
export function signingKey(
  state: ControlState,
  operatorKeys: ReadonlyMap<string, PublicJwk>,
  question: SigningQuestion
): PublicJwk | undefined {
  if (question.system === operatorSystem) return operatorKeys.get(question.kid)
  const key = registeredKey(state, question)
  return typeof key === 'string' ? undefined : key.jwk
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
