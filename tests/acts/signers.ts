import { operatorSystem } from '#bus/control/control-state.ts'
import { generateKey, importSigningKey, type PublicJwk, type SigningKey } from '#protocol/trust/jwk.ts'
import { bodyDigest, newClaims, signToken } from '#protocol/trust/token.ts'

/** Keys by `kid`; `operator-1` is the one that trust starts from. */
export interface Signers {
  readonly operatorKeys: ReadonlyMap<string, PublicJwk>
  publicJwk(kid: string): PublicJwk
  sign(act: SignedWith): Promise<string>
}

export interface SignedWith {
  readonly system: string
  readonly kid: string
  readonly body: Uint8Array
}

const operatorKid = 'operator-1'
/** Those that systems register. */
export const kids: readonly string[] = Array.from({ length: 10 }, (_unused, n) => `k${n}`)

/** Those a system may try to sign with: its own, past ones included, or else anybody's. */
export function kidsOf(system: string, registered: readonly string[]): readonly string[] {
  if (system === operatorSystem) return [operatorKid]
  return registered.length > 0 ? registered : kids
}

export async function createSigners(): Promise<Signers> {
  const keys = new Map<string, { readonly publicJwk: PublicJwk; readonly signing: SigningKey }>()
  for (const kid of [operatorKid, ...kids]) {
    const { privateJwk, publicJwk } = await generateKey(kid, 'EdDSA')
    keys.set(kid, { publicJwk, signing: await importSigningKey(privateJwk) })
  }
  const keyOf = (kid: string) => keys.get(kid) ?? unknown(kid)
  return {
    operatorKeys: new Map([[operatorKid, keyOf(operatorKid).publicJwk]]),
    publicJwk: (kid) => keyOf(kid).publicJwk,
    sign: ({ system, kid, body }) => {
      const claims = newClaims({ system, audience: 'https://bus.example', now: Date.now() })
      const bound = { htm: 'POST', htu: 'https://bus.example/v1/systems', body: bodyDigest(body) }
      return signToken({ ...claims, ...bound }, keyOf(kid).signing)
    }
  }
}

function unknown(kid: string): never {
  throw new TypeError(`there is no key ${kid}`)
}
