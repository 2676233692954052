import { isDeepStrictEqual } from 'node:util'
import { verifyActs } from '#bus/control/verify-acts.ts'
import { createEventTypes, type EventTypes } from '#bus/registry/event-types.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { PublicJwk } from '#protocol/trust/jwk.ts'
import type { TrustKeys } from '#runtime/trust-keys.ts'
import { missingOperators, operatorsNote } from '#runtime/trust-root.ts'
import type { BusState } from './source.ts'

/** What the acts of a bus say. */
export interface CheckedKeys {
  /** The bus's keys, including past ones. */
  readonly busKeys: readonly PublicJwk[]
  /** Of its registered schemas. */
  readonly codecOf: EventTypes['codecOf']
}

/**
 * Throws `BUS_CONFIG_INVALID` for keys with which the bus would not be the same: an act must have announced
 * its own key, and the operator keys that it started with must be configured.
 */
export async function checkKeys(
  { acts, meta }: Pick<BusState, 'acts' | 'meta'>,
  { bus, operatorKeys }: Pick<TrustKeys, 'bus' | 'operatorKeys'>
): Promise<CheckedKeys> {
  const noted = meta().find(({ name }) => name === operatorsNote)
  const remembered = JSON.parse(noted?.value ?? '[]') as readonly PublicJwk[]
  const missing = missingOperators(remembered, operatorKeys)
  if (missing.length > 0)
    refuse('migration-operator-key-missing', { kids: missing.map(({ kid }) => kid).join(', ') })
  const { state } = await verifyActs(acts(), operatorKeys)
  const { kid } = bus.publicJwk
  if (!isDeepStrictEqual(state.busKeys.get(kid)?.jwk, bus.publicJwk))
    refuse('migration-bus-key-unknown', { kid })
  return {
    busKeys: [...state.busKeys.values()].map(({ jwk }) => jwk),
    codecOf: createEventTypes(state.registry).codecOf
  }
}

function refuse(
  fault: 'migration-operator-key-missing' | 'migration-bus-key-unknown',
  values: Readonly<Record<string, string>>
): never {
  throw new BusError('BUS_CONFIG_INVALID', fault, { values })
}
