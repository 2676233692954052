import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'
import type { Json } from '#protocol/events/json.ts'
import { checkPublicJwk, type PublicJwk, thumbprint } from '#protocol/trust/jwk.ts'
import type { Config } from './config.ts'
import { isKeyFile, keyFiles, keyIn, readKey, type StoredKey } from './keyring.ts'

/** The keys that a process starts with. */
export interface TrustKeys {
  /** Signs receipts. */
  readonly bus: StoredKey
  /** Where `bus` was read from. */
  readonly busFile: string
  /** The operators' public keys by `kid`, from which all trust starts. */
  readonly operatorKeys: ReadonlyMap<string, PublicJwk>
  /** An operator's private key, if the bus holds one. */
  readonly operator: StoredKey | undefined
}

export interface TrustKeysOptions {
  /** Processes that share engines need the same keys, so they must be configured. */
  readonly areShared: boolean
  /** Keys that are not configured may be created in the data folder; otherwise they must exist. */
  readonly mayCreate: boolean
}

/**
 * Reads the keys as configured. On one machine, missing keys are created in the data folder at the first
 * start, and only then. Throws `BUS_CONFIG_INVALID` if a key is missing or the keys do not fit together.
 */
export async function trustKeysOf(
  { trust, data }: Config,
  { areShared, mayCreate }: TrustKeysOptions
): Promise<TrustKeys> {
  const files = keyFiles(data.folder)
  const configured = trust.operatorKeys.map((key) => checkPublicJwk(key as Json))
  if (
    areShared &&
    (trust.busKeyFile === undefined || configured.length + Number(trust.operatorKeyFile !== undefined) === 0)
  ) {
    throw new BusError('BUS_CONFIG_INVALID', 'keys-not-configured')
  }
  const busFile = trust.busKeyFile ?? files.bus
  const operatorFile = trust.operatorKeyFile ?? files.operator
  for (const file of [trust.busKeyFile, trust.operatorKeyFile]) {
    if (mayCreate && file !== undefined && !isKeyFile(file)) refuse('key-file-missing', file)
  }
  const isCreated = mayCreate && trust.operatorKeyFile === undefined && configured.length === 0
  const operator = isCreated
    ? await keyIn(operatorFile, 'operator-1')
    : isKeyFile(operatorFile)
      ? await readKey(operatorFile)
      : undefined
  const operatorKeys = byKid(operator && configured.length === 0 ? [operator.publicJwk] : configured)
  if (operator && !holds(operatorKeys, operator.publicJwk)) refuse('operator-key-not-listed', operatorFile)
  if (!mayCreate && !isKeyFile(busFile)) refuse('bus-key-unknown', busFile)
  return { bus: await keyIn(busFile, 'bus-1'), busFile, operatorKeys, operator }
}

function byKid(keys: readonly PublicJwk[]): ReadonlyMap<string, PublicJwk> {
  const all = new Map(keys.map((key) => [key.kid, key]))
  if (all.size === keys.length) return all
  throw new BusError('BUS_CONFIG_INVALID', 'operator-kid-twice')
}

function holds(keys: ReadonlyMap<string, PublicJwk>, key: PublicJwk): boolean {
  const listed = keys.get(key.kid)
  return listed !== undefined && thumbprint(listed) === thumbprint(key)
}

function refuse(fault: Fault, file: string): never {
  throw new BusError('BUS_CONFIG_INVALID', fault, { values: { file } })
}
