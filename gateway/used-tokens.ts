import type { Store, TablesOfPart } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { VerifiedToken } from '#protocol/trust/token.ts'

interface UsedTokenTables {
  /** Used tokens that were bound to one request, until they expire. */
  usedTokens: {
    system: string
    jti: string
    /** Seconds since the epoch. */
    expiresAt: number
  }
}

export const usedTokenTables: TablesOfPart = {
  part: 'usedTokens',
  migrations: [
    [
      `CREATE TABLE "usedTokens" (
        system text NOT NULL,
        jti text NOT NULL,
        "expiresAt" bigint NOT NULL,
        PRIMARY KEY (system, jti)
      )`,
      'CREATE INDEX "usedTokensByExpiry" ON "usedTokens" ("expiresAt")'
    ]
  ]
}

/** Ensures that a token bound to one request opens no second one. */
export interface UsedTokens {
  /**
   * Records that a token is used. Rejects with `BUS_TOKEN_INVALID` if it was used before, in any process that
   * shares the store, and also before a restart.
   */
  use(token: Pick<VerifiedToken, 'iss' | 'jti' | 'exp'>): Promise<void>
}

/** A lane of its own, so that readers do not wait for the projector. */
const lane = 'used-tokens'

export function createUsedTokens(store: Store, now: () => number): UsedTokens {
  return {
    async use({ iss: system, jti, exp: expiresAt }) {
      const isFirst = await store.transaction(
        async (transaction) => {
          const db = transaction.tables<UsedTokenTables>()
          await db
            .deleteFrom('usedTokens')
            .where('expiresAt', '<', Math.floor(now() / 1000))
            .execute()
          const inserted = await db
            .insertInto('usedTokens')
            .values({ system, jti, expiresAt })
            .onConflict((on) => on.columns(['system', 'jti']).doNothing())
            .returning('jti')
            .execute()
          return inserted.length > 0
        },
        { lane }
      )
      if (!isFirst) throw new BusError('BUS_TOKEN_INVALID', 'token-used')
    }
  }
}
