import { existsSync } from 'node:fs'
import { BusError } from '#protocol/errors/bus-error.ts'
import { checkPublicJwk, type PublicJwk } from '#protocol/trust/jwk.ts'
import type { Config } from './config.ts'
import { keyFiles, keyIn, readKey, type StoredKey } from './keyring.ts'

/** The keys that a process starts with. */
export interface TrustKeys {
  /** Signs receipts. */
  readonly bus: StoredKey
  /** The operators' public keys by `kid`, from which all trust starts. */
  readonly operatorKeys: ReadonlyMap<string, PublicJwk>
  /** An operator's private key, if the bus holds one. */
  readonly operator: StoredKey | undefined
}

/**
 * Reads the keys as configured. On one machine, missing keys are created in the data folder at the first
 * start. Processes that share engines need the same keys: there they must be configured
 * (`BUS_CONFIG_INVALID`).
 */
export async function trustKeysOf({ trust, data }: Config, areShared: boolean): Promise<TrustKeys> {
  const files = keyFiles(data.folder)
  const configured = trust.operatorKeys.map((key) => checkPublicJwk(key as never))
  if (
    areShared &&
    (trust.busKeyFile === undefined || configured.length + Number(trust.operatorKeyFile !== undefined) === 0)
  ) {
    throw new BusError('BUS_CONFIG_INVALID', 'keys-not-configured')
  }
  const operatorFile = trust.operatorKeyFile ?? files.operator
  const isMade = trust.operatorKeyFile === undefined && configured.length === 0
  const operator = isMade
    ? await keyIn(operatorFile, 'operator-1')
    : existsSync(operatorFile)
      ? await readKey(operatorFile)
      : undefined
  const keys = operator && configured.length === 0 ? [operator.publicJwk] : configured
  return {
    bus: trust.busKeyFile === undefined ? await keyIn(files.bus, 'bus-1') : await readKey(trust.busKeyFile),
    operatorKeys: new Map(keys.map((key) => [key.kid, key])),
    operator
  }
}
