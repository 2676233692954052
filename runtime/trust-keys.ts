import { existsSync } from 'node:fs'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'
import type { Json } from '#protocol/events/json.ts'
import { checkPublicJwk, type PublicJwk, thumbprint } from '#protocol/trust/jwk.ts'
import type { Config } from './config.ts'
import { keyFiles, keyIn, readKey, type StoredKey } from './keyring.ts'

/** The keys that a process starts with. */
export interface TrustKeys {
  /** Signs receipts. */
  readonly bus: StoredKey
  /** Where it was read from. */
  readonly busFile: string
  /** Trust starts from these, by `kid`. */
  readonly operatorKeys: ReadonlyMap<string, PublicJwk>
  /** An operator's private key, if the bus holds one. */
  readonly operator: StoredKey | undefined
}

export interface TrustKeysOptions {
  /** Processes that share their engines share their keys: there they must be configured. */
  readonly areShared: boolean
  /** Keys that are not configured may be made, in the data folder; else they must be there. */
  readonly mayMake: boolean
}

/**
 * Keys as configured; on one machine they are made at first start, in the data
 * folder, and only then. Throws `BUS_CONFIG_INVALID` where one is missing or
 * they do not go together.
 */
export async function trustKeysOf(
  { trust, data }: Config,
  { areShared, mayMake }: TrustKeysOptions
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
    if (mayMake && file !== undefined && !existsSync(file)) refuse('key-file-missing', file)
  }
  const isMade = mayMake && trust.operatorKeyFile === undefined && configured.length === 0
  const operator = isMade
    ? await keyIn(operatorFile, 'operator-1')
    : existsSync(operatorFile)
      ? await readKey(operatorFile)
      : undefined
  const operatorKeys = byKid(operator && configured.length === 0 ? [operator.publicJwk] : configured)
  if (operator && !holds(operatorKeys, operator.publicJwk)) refuse('operator-key-not-listed', operatorFile)
  if (!mayMake && !existsSync(busFile)) refuse('bus-key-unknown', busFile)
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
