import type { Store, TablesOfPart } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { type Coalescer, createCoalescer } from '#protocol/timing/coalesce.ts'
import { clockLeewaySeconds, type VerifiedToken } from '#protocol/trust/token.ts'

interface UsedTokenTables {
  /** Used tokens that were bound to one request, until no process accepts them any more. */
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
   * shares the store, and also before a restart. `usesReserve` is for operators, who must be able to act
   * on a full disk. The records of all systems together could use up the reserve.
   */
  use(
    token: Pick<VerifiedToken, 'iss' | 'jti' | 'exp'>,
    options: { readonly usesReserve: boolean }
  ): Promise<void>
}

/** On PostgreSQL a connection of its own, so that readers do not wait for the projector; SQLite has one writer. */
const lane = 'used-tokens'
/** Tokens recorded in one transaction. Those that come meanwhile share the next: only one is ever in the way of other writers. */
const maxAtOnce = 500

type UsedToken = UsedTokenTables['usedTokens']

export function createUsedTokens(store: Store, now: () => number): UsedTokens {
  /** Whether each is used for the first time. */
  const record = (tokens: readonly UsedToken[], usesReserve: boolean): Promise<readonly boolean[]> =>
    store.transaction(
      async (transaction) => {
        const db = transaction.tables<UsedTokenTables>()
        // The clock of another process may be behind this one's: it still accepts what has expired here.
        const expired = Math.floor(now() / 1000) - clockLeewaySeconds
        await db.deleteFrom('usedTokens').where('expiresAt', '<', expired).execute()
        const inserted = await db
          .insertInto('usedTokens')
          .values(tokens)
          .onConflict((on) => on.columns(['system', 'jti']).doNothing())
          .returning(['system', 'jti'])
          .execute()
        const firsts = new Set(inserted.map(nameOf))
        return tokens.map((token) => firsts.delete(nameOf(token))) // The same token may come twice at once.
      },
      { lane, usesReserve }
    )
  const recording = (usesReserve: boolean): Coalescer<UsedToken, boolean> =>
    createCoalescer({ run: (tokens) => record(tokens, usesReserve), maxItems: maxAtOnce })
  const ordinary = recording(false)
  const reserved = recording(true)

  return {
    async use({ iss: system, jti, exp: expiresAt }, { usesReserve }) {
      const [isFirst] = await (usesReserve ? reserved : ordinary).add([{ system, jti, expiresAt }])
      if (!isFirst) throw new BusError('BUS_TOKEN_INVALID', 'token-used')
    }
  }
}

function nameOf({ system, jti }: Pick<UsedToken, 'system' | 'jti'>): string {
  return `${system} ${jti}`
}
