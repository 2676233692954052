import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import type { ConsoleConfig } from './console-config.ts'
import { type Cookies, cookiesOf } from './cookies.ts'
import { createIdentityProvider, type IdentityProvider } from './identity-provider.ts'
import { createSessions, type Sessions } from './sessions.ts'

/** How people use the gateway: their sessions, and where they log in. */
export interface People {
  readonly sessions: Sessions
  readonly cookies: Cookies
  /** Undefined if people log in with links only. */
  readonly identityProvider: IdentityProvider | undefined
}

export interface PeopleOptions {
  readonly config: ConsoleConfig
  readonly store: Store
  readonly epoch: number
  readonly publicUrl: string
  readonly logger: Logger
  readonly now: () => number
}

export function createPeople(options: PeopleOptions): People {
  const { oidc } = options.config
  return {
    sessions: createSessions(options),
    cookies: cookiesOf(options.publicUrl),
    identityProvider: oidc && createIdentityProvider({ ...options, config: oidc })
  }
}
