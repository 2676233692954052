import { createPrivateKey, type KeyObject } from 'node:crypto'
import { faults } from '../faults.ts'
import { readText } from './server-options.ts'

const name = 'smtp.dkim.keyFile'
/** Verifiers do not take shorter ones (RFC 8301). */
const leastBits = 1024

/** The key in PEM. Throws `secretUnreadable` for one that the library cannot use: it would send mail unsigned. */
export async function readDkimKey(path: string): Promise<string> {
  const text = await readText(path, name)
  const key = toKey(text)
  const bits = key?.asymmetricKeyType === 'rsa' ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : 0
  if (bits >= leastBits) return text
  const problem = `it must be a private RSA key of at least ${leastBits} bits, in PEM and without a password`
  throw faults.secretUnreadable({ values: { name, problem } })
}

function toKey(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text)
  } catch {
    return undefined // The caller tells what is needed.
  }
}
