import { BusError } from '#protocol/errors/bus-error.ts'
import type { Json } from '#protocol/events/json.ts'
import { checkPublicJwk, type PublicJwk, thumbprint } from '#protocol/trust/jwk.ts'
import type { FaultInFile, Path } from './province-fault.ts'
import type { MentionedSystem } from './province-mentions.ts'

/** What is wrong with the keys of a province file. */
export function faultsOfKeys(systems: readonly MentionedSystem[]): readonly FaultInFile[] {
  const holders = new Map<string, { readonly path: Path; readonly name: string }>()
  return systems.flatMap(({ keys, resource = '' }) =>
    keys.flatMap(({ jwk, path }) => {
      const key = checked(jwk)
      if (key instanceof BusError) return toFault(key, path)
      const name = `${resource} ${key.kid}`
      const holder = holders.get(thumbprint(key))
      if (!holder) holders.set(thumbprint(key), { path, name })
      // The same key under the same name is reported as one that is there twice.
      if (!holder || holder.name === name) return []
      return { fault: 'key.taken', path, values: { kid: key.kid }, first: holder.path }
    })
  )
}

/** The canonical form of a key, or why it cannot be registered. */
export function checked(jwk: Json): PublicJwk | BusError {
  try {
    return checkPublicJwk(jwk)
  } catch (error) {
    if (error instanceof BusError) return error
    throw error
  }
}

function toFault(error: BusError, path: Path): FaultInFile | [] {
  switch (error.fault) {
    case 'key-not-an-object':
    case 'key-kid-malformed':
      return [] // They are faults of form too.
    case 'key-private':
      return { fault: 'key.private', path }
    default:
      return { fault: 'key.invalid', path, error }
  }
}
