import { type ControlTables, lastNumber } from '#bus/control/control-tables.ts'
import { readNote, writeNote } from '#engines/store/meta.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { type PublicJwk, thumbprint } from '#protocol/trust/jwk.ts'

/** The name under which a store contains the operator keys that it was started with. */
export const operatorsNote = 'operatorKeys'

/** The bus starts on a full disk too: only then can the system that filled it be revoked. */
const usesReserve = { usesReserve: true }

type OperatorKeys = ReadonlyMap<string, PublicJwk>

/** Whether no act was ever recorded in a store, so that keys may be created for it. */
export async function isNew(store: Store): Promise<boolean> {
  return (await lastNumber(store.reader<ControlTables>())) === 0
}

/**
 * Throws `BUS_CONFIG_INVALID` if an operator key is missing that this store was started with: the acts it
 * signed would be invalid, and with them all agencies, systems and rights.
 */
export function checkOperatorKeys(store: Store, operatorKeys: OperatorKeys): Promise<void> {
  return store.transaction((transaction) => checkIn(transaction, operatorKeys), usesReserve)
}

/** Checks the operator keys in the same way, and stores them for the next start. */
export function rememberOperatorKeys(store: Store, operatorKeys: OperatorKeys): Promise<void> {
  return store.transaction(async (transaction) => {
    await checkIn(transaction, operatorKeys)
    await writeNote(transaction, operatorsNote, [...operatorKeys.values()])
  }, usesReserve)
}

async function checkIn(transaction: StoreTransaction, operatorKeys: OperatorKeys): Promise<void> {
  const remembered = await readNote<readonly PublicJwk[]>(transaction, operatorsNote)
  const missing = missingOperators(remembered ?? [], operatorKeys)
  if (missing.length === 0) return
  const problems = missing.map((jwk) => JSON.stringify(jwk)).join(', ')
  throw new BusError('BUS_CONFIG_INVALID', 'operator-keys-differ', { values: { problems } })
}

/** The keys that are not configured, or are configured with another `kid`, which signatures name. */
export function missingOperators(
  remembered: readonly PublicJwk[],
  operatorKeys: OperatorKeys
): readonly PublicJwk[] {
  return remembered.filter((jwk) => {
    const known = operatorKeys.get(jwk.kid)
    return known === undefined || thumbprint(known) !== thumbprint(jwk)
  })
}
