import { createPrivateKey } from 'node:crypto'
import { statSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BusError } from '#protocol/errors/bus-error.ts'
import { isJsonObject, type Json, type JsonObject } from '#protocol/events/json.ts'
import {
  generateKey,
  importSigningKey,
  type PrivateJwk,
  type PublicJwk,
  publicJwkOf,
  type SigningKey
} from '#protocol/trust/jwk.ts'

/** A key pair as the bus and the CLI store it. */
export interface StoredKey {
  readonly privateJwk: PrivateJwk
  readonly publicJwk: PublicJwk
  readonly signingKey: SigningKey
}

/** Reads a private JWK from a file. Rejects with `BUS_KEY_INVALID` if it has none, or cannot be read. */
export async function readKey(file: string): Promise<StoredKey> {
  return toStoredKey(await readText(file), file)
}

/** Whether there is a file. Throws `BUS_KEY_INVALID` if the process may not look. */
export function isKeyFile(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    throw unreadable(file, error)
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw isMissing(error) ? error : unreadable(file, error)
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function unreadable(file: string, error: unknown): BusError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  return new BusError('BUS_KEY_INVALID', 'key-file-unreadable', { values: { file, code } })
}

/** Reads files again and again: a key is checked, which takes milliseconds, when its file has changed. */
export function createKeyReader(): typeof readKey {
  const known = new Map<string, { readonly text: string; readonly key: StoredKey }>()
  return async (file) => {
    const text = await readText(file)
    const before = known.get(file)
    if (before?.text === text) return before.key
    const key = await toStoredKey(text, file)
    known.set(file, { text, key })
    return key
  }
}

async function toStoredKey(text: string, file: string): Promise<StoredKey> {
  const privateJwk = parsed(text) as PrivateJwk | undefined
  try {
    if (privateJwk) {
      const publicJwk = publicJwkOf(privateJwk)
      return { privateJwk, publicJwk, signingKey: await importSigningKey(privateJwk, publicJwk) }
    }
  } catch (error) {
    if (!(error instanceof BusError)) throw error
  }
  throw new BusError('BUS_KEY_INVALID', 'key-file-not-jwk', { values: { file } })
}

/** Writes a private JWK completely or not at all, readable by its owner only. */
export async function writeKey(file: string, privateJwk: PrivateJwk): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.new`, `${JSON.stringify(privateJwk, null, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
}

/** Reads the key in a file; creates it if there is none. */
export async function keyIn(file: string, kid: string): Promise<StoredKey> {
  try {
    return await readKey(file)
  } catch (error) {
    if (!isMissing(error)) throw error
    const { privateJwk } = await generateKey(kid, 'EdDSA')
    await writeKey(file, privateJwk)
    return readKey(file)
  }
}

/** The files of the bus's own keys in a data folder. */
export function keyFiles(folder: string): { readonly bus: string; readonly operator: string } {
  return { bus: join(folder, 'keys', 'bus.jwk'), operator: join(folder, 'keys', 'operator.jwk') }
}

/** Writes a private key as PKCS #8 PEM, readable by its owner only. */
export async function writePem(file: string, privateJwk: PrivateJwk): Promise<void> {
  const key = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' })
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, key.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
}

/** The JSON object of a text; undefined if it is none. */
function parsed(text: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
