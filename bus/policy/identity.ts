import { BusError } from '#protocol/errors/bus-error.ts'
import type { Control } from '../control/control.ts'
import {
  type ControlState,
  holdsAt,
  isSuspended,
  type KeyEntry,
  operatorSystem
} from '../control/control-state.ts'
import { isValidAt } from '../control/decide.ts'

/** A system that acts, and the key it acts with. */
export interface Identity {
  readonly system: string
  readonly kid: string
  /**
   * RFC 7638 thumbprint of a key that the bus itself signs with, for a connector: it is compared with the
   * registered key. Absent if a signature by the registered key has been verified.
   */
  readonly thumbprint?: string
}

/**
 * Throws if a system may not act with a key at an instant (milliseconds since the epoch): the system is
 * unknown, revoked or suspended, or the key is not the system's, is retired, or is outside its validity.
 * Called wherever an event is published or delivered, for every caller, connectors included.
 *
 * The error is `BUS_NOT_PERMITTED` with the reason for a suspended system and for the bus's own connectors.
 * Any other caller gets `BUS_TOKEN_INVALID`, as for a bad signature.
 */
export function authorize(control: Pick<Control, 'state' | 'keyOf'>, identity: Identity, at: number): void {
  const fault = identityFault(control, identity, at)
  if (fault === undefined) return
  if (identity.thumbprint === undefined && fault !== 'system-suspended') {
    throw new BusError('BUS_TOKEN_INVALID', 'token-refused')
  }
  const { system, kid } = identity
  throw new BusError('BUS_NOT_PERMITTED', fault, { values: { system, kid } })
}

type IdentityFault = 'system-suspended' | 'system-unknown' | 'system-revoked' | KeyFault
type KeyFault =
  | 'key-not-registered'
  | 'key-of-other-system'
  | 'key-retired'
  | 'key-expired'
  | 'key-not-yet-valid'

function identityFault(
  { state, keyOf }: Pick<Control, 'state' | 'keyOf'>,
  identity: Identity,
  at: number
): IdentityFault | undefined {
  const entry = state.systems.get(identity.system)
  if (identity.system === operatorSystem) {
    if (!keyOf(operatorSystem, identity.kid, at)) return 'key-not-registered'
  } else {
    if (!entry) return 'system-unknown'
    if (!holdsAt(entry.span, state.lastAct)) return 'system-revoked'
    const fault = keyFault(state, entry.keys, identity, Math.max(at, state.recordedAt))
    if (fault) return fault
  }
  return entry && isSuspended(entry) ? 'system-suspended' : undefined
}

function keyFault(
  { thumbprints }: ControlState,
  keys: readonly KeyEntry[],
  { system, kid, thumbprint }: Identity,
  at: number
): KeyFault | undefined {
  const holder = thumbprint === undefined ? system : thumbprints.get(thumbprint)
  if (holder !== undefined && holder !== system) return 'key-of-other-system'
  const key = keys.find((one) => one.kid === kid)
  if (!key || (thumbprint !== undefined && key.thumbprint !== thumbprint)) return 'key-not-registered'
  if (key.span.to !== undefined) return 'key-retired'
  if (isValidAt(key, at)) return undefined
  return at < key.validFromAt ? 'key-not-yet-valid' : 'key-expired'
}
