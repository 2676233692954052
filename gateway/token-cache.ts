import { createHash } from 'node:crypto'
import type { VerifiedToken } from '#protocol/trust/token.ts'

/** Verified tokens by the SHA-256 of their text, until they expire. */
export interface TokenCache {
  get(token: string): VerifiedToken | undefined
  set(token: string, verified: VerifiedToken): void
  /** Empties the cache: keys or systems have changed. */
  clear(): void
}

export interface TokenCacheOptions {
  readonly max: number
  /** Seconds since the epoch. */
  readonly now: () => number
}

export function createTokenCache({ max, now }: TokenCacheOptions): TokenCache {
  const known = new Map<string, VerifiedToken>()
  const nameOf = (token: string): string => createHash('sha256').update(token).digest('base64')
  return {
    get(token) {
      const found = known.get(nameOf(token))
      return found && found.exp > now() ? found : undefined
    },
    set(token, verified) {
      if (known.size >= max) {
        const [oldest] = known.keys()
        if (oldest !== undefined) known.delete(oldest)
      }
      known.set(nameOf(token), verified)
    },
    clear: () => known.clear()
  }
}
