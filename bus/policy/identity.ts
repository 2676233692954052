import { BusError } from '#protocol/errors/bus-error.ts'
import type { Control } from '../control/control.ts'
import { isSuspended, operatorSystem } from '../control/control-state.ts'
import { registeredKey, type SigningFault } from '../control/decide.ts'

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

type IdentityFault = 'system-suspended' | 'key-of-other-system' | SigningFault

function identityFault(
  { state, keyOf }: Pick<Control, 'state' | 'keyOf'>,
  identity: Identity,
  at: number
): IdentityFault | undefined {
  const { system, kid, thumbprint } = identity
  if (system === operatorSystem) {
    if (!keyOf(operatorSystem, kid, at)) return 'key-not-registered'
  } else {
    const key = registeredKey(state, { ...identity, at })
    const holder = thumbprint === undefined ? undefined : state.thumbprints.get(thumbprint)
    if (key === 'key-not-registered' && holder !== undefined && holder !== system)
      return 'key-of-other-system'
    if (typeof key === 'string') return key
  }
  const entry = state.systems.get(system)
  return entry && isSuspended(entry) ? 'system-suspended' : undefined
}
