import { createHash } from 'node:crypto'
import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { checkPublicJwk, type PublicJwk, thumbprint } from '#protocol/trust/jwk.ts'
import { verifySignatureAt } from '#protocol/trust/token.ts'
import type { ActJournal, StoredAct } from './act-journal.ts'
import { type Actor, checkActRules, ownerOf } from './act-rules.ts'
import { type Act, parseAct } from './acts.ts'
import {
  agencyOfSystem,
  type ControlState,
  emptyControlState,
  type FoldContext,
  foldAct,
  holdsAt,
  type KeyEntry
} from './control-state.ts'
import type { ControlTables } from './control-tables.ts'
import { checkRegistrable } from './registry-acts.ts'

/** A signed act: the body as it came, and the token whose `body` claim is its SHA-256. */
export interface SignedAct {
  readonly body: Uint8Array
  readonly token: string
  /** The system that signed, already verified by the caller of `append`. */
  readonly actor: string
}

/** What an act became. */
export interface RecordedAct {
  readonly number: number
  readonly act: string
  readonly resource: string
  /** Hash of its body, hex: the next act on this resource names it as `previous`. */
  readonly hash: string
}

export interface Control {
  /** The fold; read it, never change it. */
  readonly state: ControlState

  /**
   * Records one act and folds it. Rejects with `BUS_ACT_INVALID`,
   * `BUS_ACT_CONFLICT` (something else was done first: read the resource again) or
   * `BUS_NOT_PERMITTED`; then nothing was recorded.
   */
  append(signed: SignedAct, mayBe?: (act: Act) => boolean): Promise<RecordedAct>

  /** Folds what other processes have recorded since. Rejects with `BUS_STORE_UNAVAILABLE`. */
  sync(): Promise<void>

  /** The key a system may sign with at an instant, by `kid`, as the fold stands; undefined if there is none. */
  keyOf(system: string, kid: string, at: number): PublicJwk | undefined

  /** Calls back after each act that was folded. Returns what ends it. */
  onAct(listener: (act: Act) => void): () => void
}

export interface ControlOptions {
  readonly store: Store
  /** The keys trust starts from, by `kid`; they sign as `/bus/systems/operator`. */
  readonly operatorKeys: ReadonlyMap<string, PublicJwk>
  /** The domains event types may be of: those that have a topic. */
  readonly domains: ReadonlySet<string>
  readonly journal: ActJournal
  readonly logger: Logger
  readonly now?: () => number
}

export const operatorSystem = '/bus/systems/operator'

/** Reads all acts, checks each signature and rule itself, and keeps their fold. Acts that are not good are reported and ignored. */
export async function openControl(options: ControlOptions): Promise<Control> {
  const { store, operatorKeys, domains, journal, logger, now = Date.now } = options
  const state = emptyControlState()
  const listeners = new Set<(act: Act) => void>()

  const keyOf = (system: string, kid: string, at: number): PublicJwk | undefined => {
    if (system === operatorSystem) return operatorKeys.get(kid)
    const entry = state.systems.get(system)
    if (!entry || !holdsAt(entry.span, state.lastAct)) return undefined
    return entry.keys.find((key) => key.kid === kid && isValidAt(key, at))?.jwk
  }

  const actorOf = (system: string): Actor => ({
    system,
    agency: agencyOfSystem(system),
    operator: system === operatorSystem || (state.systems.get(system)?.roles.includes('operator') ?? false)
  })

  const checked = async (
    act: Act,
    actor: string,
    body: Uint8Array
  ): Promise<Omit<FoldContext, 'number' | 'recordedAt'>> => {
    const key =
      act.act === 'key.added' || act.act === 'bus-key.added' ? checkPublicJwk(act.key as never) : undefined
    const print = key && (await thumbprint(key))
    const facts = key && print ? { thumbprint: print, kid: key.kid } : {}
    const who = actorOf(actor)
    checkActRules(state, act, who, facts)
    return {
      hash: hashOf(body),
      owner: ownerOf(who),
      ...(key && print ? { key: { jwk: key, thumbprint: print } } : {})
    }
  }

  /** A listener's failure is its own: the act holds, and the others hear of it. */
  const tell = (act: Act): void => {
    for (const listener of listeners) {
      try {
        listener(act)
      } catch (error) {
        logger.error({ err: error, act: act.act, resource: act.resource }, 'not all were told of an act')
      }
    }
  }

  const rowsAfter = (number: number): Promise<readonly StoredAct[]> =>
    store
      .reader<ControlTables>()
      .selectFrom('controlActs')
      .selectAll()
      .where('number', '>', number)
      .orderBy('number')
      .execute()

  /** Folds what was recorded since, by whichever process. */
  const takeNew = async (): Promise<readonly StoredAct[]> => {
    const rows = await rowsAfter(state.lastAct)
    for (const row of rows) {
      try {
        const body = Buffer.from(row.body)
        const recordedAt = Date.parse(row.recordedAt)
        const act = parseAct(body)
        const actor = await signerOf(row.token, body, (system, kid) => keyOf(system, kid, recordedAt))
        const context = await checked(act, actor, body)
        foldAct(state, act, { ...context, number: row.number, recordedAt })
        tell(act)
      } catch (error) {
        logger.error({ err: error, act: row.number }, 'control act ignored: it does not hold')
        state.lastAct = row.number
      }
    }
    return rows
  }

  /** Acts that a process recorded and died before it had written them into the log too; others may have written on. */
  const writeMissing = async (rows: readonly StoredAct[]): Promise<void> => {
    for (const row of await journal.missing(rows)) journal.write(row)
  }

  const record = async (
    { body, token, actor }: SignedAct,
    mayBe?: (act: Act) => boolean
  ): Promise<RecordedAct> => {
    const act = parseAct(body)
    if (mayBe && !mayBe(act)) {
      throw new BusError('BUS_ACT_INVALID', 'act-not-of-this-route', { values: { act: act.act } })
    }
    for (;;) {
      const context = await checked(act, actor, body)
      if (act.act === 'schema.registered') checkRegistrable(state.registry, act, domains)
      const recordedAt = now()
      const row = {
        number: state.lastAct + 1,
        body: Buffer.from(body).toString('utf8'),
        token,
        recordedAt: new Date(recordedAt).toISOString()
      }
      if (!(await insertNext(store, row))) {
        await takeNew() // Another process was first: the act is checked again, after that one.
        continue
      }
      journal.write(row)
      foldAct(state, act, { ...context, number: row.number, recordedAt })
      tell(act)
      return { number: row.number, act: act.act, resource: act.resource, hash: context.hash }
    }
  }

  await writeMissing(await takeNew())
  let tail: Promise<unknown> = Promise.resolve() // One act at a time: each is checked against the fold of all before it.

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = tail.then(work)
    tail = mine.catch(() => {})
    return mine
  }

  return {
    state,
    keyOf,
    append: (signed, mayBe) => inTurn(() => record(signed, mayBe)),
    async sync() {
      await inTurn(takeNew)
    },

    onAct(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
}

/** Records an act under its number; false where the last one recorded is not the one before it. */
function insertNext(store: Store, row: StoredAct): Promise<boolean> {
  return store.transaction(async (transaction) => {
    const db = transaction.tables<ControlTables>()
    const found = await db
      .selectFrom('controlActs')
      .select((e) => e.fn.max('number').as('last'))
      .executeTakeFirst()
    if (Number(found?.last ?? 0) !== row.number - 1) return false
    await db.insertInto('controlActs').values(row).execute()
    return true
  })
}

/** Whether a key may sign at an instant (milliseconds since the epoch). */
export function isValidAt(key: KeyEntry, at: number): boolean {
  return key.validFromAt <= at && at < key.validToAt
}

/** The system that signed an act, its signature and the body's digest checked; audience and expiry are not asked again. */
async function signerOf(
  token: string,
  body: Uint8Array,
  findKey: (system: string, kid: string) => PublicJwk | undefined
): Promise<string> {
  const claims = await verifySignatureAt(token, findKey)
  if (claims.body !== createHash('sha256').update(body).digest('base64url')) {
    throw new BusError('BUS_SUBMISSION_MISMATCH', 'act-body-differs')
  }
  return claims.iss
}

function hashOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}
