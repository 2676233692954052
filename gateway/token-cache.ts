import { hash } from 'node:crypto'

/** What is known of tokens, by the SHA-256 of their text, until they expire. */
export interface TokenCache<T> {
  get(token: string): T | undefined
  set(token: string, known: T): void
  /** Empties the cache: keys or systems have changed. */
  clear(): void
  /** Tokens that are kept, expired ones included. */
  size(): number
}

export interface TokenCacheOptions {
  readonly max: number
  /** Seconds since the epoch. */
  readonly now: () => number
}

/** More than are added, so that those that have expired become fewer. */
const removedAtOnce = 4

/** `exp` is when the token expires, in seconds since the epoch. */
export function createTokenCache<T extends { readonly exp: number }>({
  max,
  now
}: TokenCacheOptions): TokenCache<T> {
  /** The oldest first, which is nearly the order in which they expire. */
  const known = new Map<string, T>()
  const nameOf = (token: string): string => hash('sha256', token, 'base64')

  /** Removes some of the oldest that have expired, and one more if there is no room. */
  const makeRoom = (): void => {
    const at = now()
    for (const [name, { exp }] of known.entries().take(removedAtOnce)) {
      if (exp > at && known.size < max) return
      known.delete(name)
    }
  }

  return {
    get(token) {
      const found = known.get(nameOf(token))
      return found && found.exp > now() ? found : undefined
    },
    set(token, value) {
      const name = nameOf(token)
      if (!known.has(name)) makeRoom()
      known.set(name, value)
    },
    clear: () => known.clear(),
    size: () => known.size
  }
}
