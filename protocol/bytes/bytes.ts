import { createHash, hash } from 'node:crypto'

/** Digests and base64url by Node. In a browser `@lienthong/client` has the same functions from `web-bytes.ts`. */

/** How a digest is written. */
export type DigestForm = 'hex' | 'base64url'

/** SHA-256 over the bytes, or over the text in UTF-8. */
export function sha256(content: string | Uint8Array): Uint8Array {
  return hash('sha256', content, 'buffer')
}

export function sha256Text(content: string | Uint8Array, form: DigestForm): string {
  return hash('sha256', content, form)
}

/** A digest of content that comes in parts. */
export interface RunningDigest {
  update(part: Uint8Array): void
  /** Ends it. */
  hex(): string
}

export function startSha256(): RunningDigest {
  const running = createHash('sha256')
  return {
    update: (part) => void running.update(part),
    hex: () => running.digest('hex')
  }
}

/** Hash input of a pair: its prefix and two digests. */
const pair = Buffer.alloc(65)

/** SHA-256, base64url, over a byte and two digests in base64url. */
export function sha256OfPair(prefix: number, left: string, right: string): string {
  pair[0] = prefix
  pair.write(left, 1, 'base64url')
  pair.write(right, 33, 'base64url')
  return hash('sha256', pair, 'base64url')
}

export function toBase64url(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return buffer.toString('base64url')
}

/** The bytes of a text in base64url; of any other text, bytes that give another text. */
export function fromBase64url(text: string): Uint8Array {
  return Buffer.from(text, 'base64url')
}
