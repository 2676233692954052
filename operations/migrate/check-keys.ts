import { operatorSystem } from '#bus/control/control.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { type PublicJwk, thumbprint } from '#protocol/trust/jwk.ts'
import { verifySignatureAt } from '#protocol/trust/token.ts'
import type { TrustKeys } from '#runtime/trust-keys.ts'
import type { Source } from './source.ts'

/**
 * Throws `BUS_CONFIG_INVALID` for keys with which the bus would not be the same: an act must have announced
 * its own key, and the keys that its operators signed with must be trusted. Returns the bus's keys,
 * including past ones.
 */
export async function checkKeys(
  { acts }: Pick<Source, 'acts'>,
  { bus, operatorKeys }: Pick<TrustKeys, 'bus' | 'operatorKeys'>
): Promise<readonly PublicJwk[]> {
  const busKeys: PublicJwk[] = []
  const trusted = new Set<string>()
  const missing = new Set<string>()
  for (const { body, token } of acts()) {
    const { kid, isGood } = await signedByOperator(token, operatorKeys)
    if (kid !== undefined) (isGood ? trusted : missing).add(kid)
    const act = JSON.parse(body) as { readonly act: string; readonly key: PublicJwk }
    if (act.act === 'bus-key.added') busKeys.push(act.key)
  }
  const kids = [...missing].filter((kid) => !trusted.has(kid))
  if (kids.length > 0) {
    throw new BusError('BUS_CONFIG_INVALID', 'migration-operator-key-missing', {
      values: { kids: kids.join(', ') }
    })
  }
  const { kid } = bus.publicJwk
  const known = busKeys.find((key) => key.kid === kid)
  if (!known || (await thumbprint(known)) !== (await thumbprint(bus.publicJwk))) {
    throw new BusError('BUS_CONFIG_INVALID', 'migration-bus-key-unknown', { values: { kid } })
  }
  return busKeys
}

/**
 * The `kid` with which an operator signed a token, and whether a trusted key made the signature; no `kid`
 * if another system signed.
 */
async function signedByOperator(
  token: string,
  keys: ReadonlyMap<string, PublicJwk>
): Promise<{ readonly kid: string | undefined; readonly isGood: boolean }> {
  let signedWith: string | undefined
  const verified = verifySignatureAt(token, (system, kid) => {
    if (system !== operatorSystem) return undefined
    signedWith = kid
    return keys.get(kid)
  })
  const isGood = await verified.then(
    () => true,
    () => false
  )
  return { kid: signedWith, isGood }
}
