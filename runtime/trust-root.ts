import type { Control } from '#bus/control/control.ts'
import { type ControlTables, lastNumber } from '#bus/control/control-tables.ts'
import { readNote, writeNote } from '#engines/store/meta.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { parseJws } from '#protocol/trust/compact-jws.ts'
import { type PublicJwk, thumbprint } from '#protocol/trust/jwk.ts'
import { tokenType } from '#protocol/trust/token.ts'

/** Under which name a store notes the operator keys its acts were signed with. */
export const operatorsNote = 'operatorKeys'

type OperatorKeys = ReadonlyMap<string, PublicJwk>

/** Whether nothing was ever done on a store, so that keys may be made for it. */
export async function isNew(store: Store): Promise<boolean> {
  return (await lastNumber(store.reader<ControlTables>())) === 0
}

/**
 * Refuses operator keys under which acts of this store would not hold any more
 * (`BUS_CONFIG_INVALID`): then the whole province would be ignored.
 */
export function checkOperatorKeys(store: Store, operatorKeys: OperatorKeys): Promise<void> {
  return store.transaction((transaction) => checkIn(transaction, operatorKeys))
}

/**
 * Notes the operator keys that trust starts from, for the next start to be
 * compared with. A store from before this was noted knows them by its first
 * act, which only they can have signed.
 */
export async function rememberOperatorKeys(
  store: Store,
  { state, ignoredActs }: Pick<Control, 'state' | 'ignoredActs'>,
  operatorKeys: OperatorKeys
): Promise<void> {
  if (state.lastAct > 0 && ignoredActs() === state.lastAct) refuseOperators([await firstSigner(store)])
  await store.transaction(async (transaction) => {
    await checkIn(transaction, operatorKeys)
    await writeNote(transaction, operatorsNote, [...operatorKeys.values()])
  })
}

/** The `kid` that the first act was signed with. */
async function firstSigner(store: Store): Promise<string> {
  const acts = store.reader<ControlTables>().selectFrom('controlActs').select('token').orderBy('number')
  const { token } = await acts.limit(1).executeTakeFirstOrThrow()
  return parseJws(token, tokenType)?.kid ?? ''
}

async function checkIn(transaction: StoreTransaction, operatorKeys: OperatorKeys): Promise<void> {
  const remembered = await readNote<readonly PublicJwk[]>(transaction, operatorsNote)
  const missing = missingOperators(remembered ?? [], operatorKeys)
  if (missing.length > 0) refuseOperators(missing.map((jwk) => JSON.stringify(jwk)))
}

/** Those that are not among the operator keys, or are there under another `kid`: signatures name it. */
export function missingOperators(
  remembered: readonly PublicJwk[],
  operatorKeys: OperatorKeys
): readonly PublicJwk[] {
  return remembered.filter((jwk) => {
    const known = operatorKeys.get(jwk.kid)
    return known === undefined || thumbprint(known) !== thumbprint(jwk)
  })
}

export function refuseOperators(keys: readonly string[]): never {
  throw new BusError('BUS_CONFIG_INVALID', 'operator-keys-differ', { values: { problems: keys.join(', ') } })
}
