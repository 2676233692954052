import { sha256 as digest } from '@noble/hashes/sha2.js'
import { base64url } from 'jose'
import type { DigestForm, RunningDigest } from './bytes.ts'

/** What `bytes.ts` does, where there is no Node. WebCrypto digests only asynchronously, and no content in parts. */

const utf8 = new TextEncoder()

export function sha256(content: string | Uint8Array): Uint8Array {
  return digest(typeof content === 'string' ? utf8.encode(content) : content)
}

export function sha256Text(content: string | Uint8Array, form: DigestForm): string {
  return form === 'hex' ? toHex(sha256(content)) : toBase64url(sha256(content))
}

export function startSha256(): RunningDigest {
  const running = digest.create()
  return {
    update: (part) => void running.update(part),
    hex: () => toHex(running.digest())
  }
}

export function sha256OfPair(prefix: number, left: string, right: string): string {
  const pair = new Uint8Array(65)
  pair[0] = prefix
  pair.set(fromBase64url(left), 1)
  pair.set(fromBase64url(right), 33)
  return toBase64url(digest(pair))
}

export function toBase64url(bytes: Uint8Array): string {
  return base64url.encode(bytes)
}

export function fromBase64url(text: string): Uint8Array {
  try {
    return base64url.decode(text)
  } catch {
    return new Uint8Array() // The caller sees that they give another text.
  }
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
