import { argon2, randomBytes, randomInt } from 'node:crypto'
import { promisify } from 'node:util'
import type { DirectorySettings } from '../settings.ts'

/** Letters that are not mistaken for each other when they are read from paper. */
const letters = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const groups = 4
const groupLength = 4

/** A first password: 92 bits of chance, in groups. */
export function newPassword(): string {
  const group = (): string =>
    Array.from({ length: groupLength }, () => letters[randomInt(letters.length)]).join('')
  return Array.from({ length: groups }, group).join('-')
}

const derive = promisify(argon2)
const tagLength = 32

/** As OpenLDAP and Dovecot read it. */
export async function hashOf(
  password: string,
  { memoryKiB: memory, passes }: DirectorySettings['passwordHash']
): Promise<string> {
  const nonce = randomBytes(16)
  const options = { message: password, nonce, parallelism: 1, memory, passes, tagLength }
  const tag = await derive('argon2id', options)
  const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
  return `{ARGON2}$argon2id$v=19$m=${memory},t=${passes},p=1$${text(nonce)}$${text(tag)}`
}
