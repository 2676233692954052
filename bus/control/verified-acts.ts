import { createHash } from 'node:crypto'
import { readNote, writeNote } from '#engines/store/meta.ts'
import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { type PublicJwk, type SigningKey, thumbprint } from '#protocol/trust/jwk.ts'
import { readVerifiedActs, signVerifiedActs, type VerifiedActs } from '#protocol/trust/verified-acts.ts'
import type { StoredAct } from './act-journal.ts'

/**
 * Notes in the store, signed with the bus's key, up to which act all signatures are verified: the next start
 * verifies only those after it. Who can write to the store but has not the key gains nothing: the note holds for
 * exactly the bytes of those acts, and each act after it is verified as ever.
 */
export interface VerifiedActsNote {
  /** Those of the acts, which are all from the first on, that need not be verified again. */
  check(acts: readonly StoredAct[]): Promise<KnownActs>
  /** Adds an act that was verified; one that the note has is left out. */
  add(act: StoredAct, isIgnored: boolean): void
  /** Notes those added so far. Rejects with `BUS_STORE_UNAVAILABLE`. */
  write(): Promise<void>
}

export interface KnownActs {
  readonly upTo: number
  has(number: number): boolean
}

export interface VerifiedActsNoteOptions {
  readonly store: Store
  readonly key: { readonly publicJwk: PublicJwk; readonly signingKey: SigningKey }
  /** Another release may verify otherwise. */
  readonly release: string
  readonly operatorKeys: ReadonlyMap<string, PublicJwk>
  readonly logger: Logger
  readonly now: () => number
}

/** With more of them than this somebody writes to the table, and a start may take its time. */
const maxIgnored = 100
const none: KnownActs = { upTo: 0, has: () => false }

export function createVerifiedActsNote(options: VerifiedActsNoteOptions): VerifiedActsNote {
  const { store, key, release, operatorKeys, logger, now } = options
  const name = `verifiedActs.${key.publicJwk.kid}`
  const operators = Array.from(operatorKeys, ([kid, jwk]) => `${kid} ${thumbprint(jwk)}`).sort()
  const by = createHash('sha256')
    .update(JSON.stringify([release, operators]))
    .digest('hex')
  let sum = createHash('sha256')
  let ignored: number[] = []
  let upTo = 0

  const readToken = (): Promise<string | undefined> =>
    store
      .transaction((transaction) => readNote<unknown>(transaction, name), { usesReserve: true })
      .then((noted) => (noted === undefined || typeof noted === 'string' ? noted : ''))
      .catch((error: unknown) => {
        if (error instanceof SyntaxError) return ''
        throw error
      })

  /** Why a note does not hold for these acts. */
  const faultOf = (noted: VerifiedActs | undefined, hash: string): string | undefined => {
    if (!noted) return 'it is not signed with the key of this bus'
    if (noted.by !== by) return 'the release or the keys of the operators are others'
    return hash === noted.hash ? undefined : 'the stored acts are others'
  }

  return {
    async check(acts) {
      const token = await readToken()
      if (token === undefined) return none
      const noted = await readVerifiedActs(token, key.publicJwk)
      const sumOfNoted = createHash('sha256')
      for (const act of acts) if (act.number <= (noted?.upTo ?? 0)) sumOfNoted.update(textOf(act))
      const fault = faultOf(noted, sumOfNoted.copy().digest('hex'))
      if (fault !== undefined || !noted) {
        logger.warn(
          { acts: acts.length, reason: fault },
          'all acts are verified anew: the note of those verified before is not used'
        )
        return none
      }
      sum = sumOfNoted
      ignored = [...noted.ignored]
      upTo = noted.upTo
      const invalid = new Set(ignored)
      return { upTo: noted.upTo, has: (number) => number <= noted.upTo && !invalid.has(number) }
    },

    add(act, isIgnored) {
      if (act.number <= upTo) return
      sum.update(textOf(act))
      upTo = act.number
      if (isIgnored) ignored.push(act.number)
    },

    async write() {
      if (ignored.length > maxIgnored) return
      const acts = { upTo, ignored, hash: sum.copy().digest('hex'), by }
      const token = await signVerifiedActs(acts, key.signingKey, now())
      await store.transaction((transaction) => writeNote(transaction, name, token))
    }
  }
}

function textOf({ number, body, token, recordedAt }: StoredAct): string {
  return JSON.stringify([number, body, token, recordedAt])
}
