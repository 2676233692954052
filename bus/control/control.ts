import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { type PublicJwk, thumbprint } from '#protocol/trust/jwk.ts'
import { createOneAtATime } from '../fair-use/one-at-a-time.ts'
import type { PreparedCheck, SchemaChecks } from '../registry/schema-checks.ts'
import type { ActJournal, StoredAct } from './act-journal.ts'
import { type ActLimits, createActQuotas, noActQuotas } from './act-quotas.ts'
import { type Act, applyAct, parseNewAct } from './acts.ts'
import { type ControlState, emptyControlState } from './control-state.ts'
import { type ControlTables, lastNumber } from './control-tables.ts'
import { type DecidedAct, decideAct, signingKey } from './decide.ts'
import { actDefinitions } from './kinds.ts'
import { writeMissing, writeMissingUpTo } from './missing-acts.ts'
import type { KnownActs, VerifiedActsNote } from './verified-acts.ts'

/** A signed act: the body as received, and the token whose `body` claim is its SHA-256. */
export interface SignedAct {
  readonly body: Uint8Array
  /** The caller of `append` has checked audience, expiry, method and address. */
  readonly token: string
}

export interface AppendOptions {
  /** Acts in one line follow each other, and lines take turns: the agency, or an operator's system. */
  readonly line: string
  /** The kinds of acts that are accepted; absent: all. */
  readonly kinds?: readonly string[]
  /** What `prepare` has found of the act; absent for acts of the bus's own, which are checked in their turn. */
  readonly prepared?: PreparedCheck | undefined
}

/** The result of recording an act. */
export interface RecordedAct {
  readonly number: number
  readonly act: string
  readonly resource: string
  /** Hash of its body, hex; the next act on this resource names it as `previous`. */
  readonly hash: string
}

export interface Control {
  /** Read only. */
  readonly state: ControlState

  /**
   * Records an act and applies it. Signature, signer and rights are checked in the act's turn, against the
   * state after all earlier acts. Rejects with `BUS_TOKEN_INVALID`, `BUS_NOT_PERMITTED`, `BUS_ACT_INVALID`,
   * with `BUS_ACT_CONFLICT` if another act on the resource, or on what was prepared, came first (read the
   * resource again), or with `BUS_TOO_MANY_REQUESTS` if too many acts wait in the same line; then nothing was
   * recorded.
   */
  append(signed: SignedAct, options: AppendOptions): Promise<RecordedAct>

  /**
   * Does in advance, outside of the turn of the act and of the main thread, what takes long to check; undefined
   * if nothing does. Rejects as `append` does.
   */
  prepare(body: Uint8Array, agency: string): Promise<PreparedCheck | undefined>

  /** Applies the acts that other processes have recorded since. Rejects with `BUS_STORE_UNAVAILABLE`. */
  sync(): Promise<void>

  /** The key `kid` of a system, if it may sign at the instant by the current state; otherwise undefined. */
  keyOf(system: string, kid: string, at: number): PublicJwk | undefined

  /** The number of stored acts that are not valid and were ignored: the bus did not record them. */
  ignoredActs(): number

  /** Whether the stored act with this number is one of them. */
  isIgnored(number: number): boolean

  /** Calls the listener after each act that was applied. Returns a function that removes it. */
  onAct(listener: (act: Act) => void): () => void

  /** Ends what it does beside recording acts. */
  close(): Promise<void>
}

export interface ControlOptions {
  readonly store: Store
  /** The keys that trust starts from, by `kid`. They sign as `/bus/systems/operator`. */
  readonly operatorKeys: ReadonlyMap<string, PublicJwk>
  readonly schemaChecks: SchemaChecks
  /** What agencies may record; absent: as much as they like. */
  readonly limits?: ActLimits
  readonly journal: ActJournal
  /** Which acts are verified already; absent: none. */
  readonly verified?: VerifiedActsNote
  readonly logger: Logger
  readonly now?: () => number
}

/** Whoever can write to the table could otherwise fill the log as well. */
const maxIgnoredLogged = 100
/** Acts that may wait in one line; they take some 200 ms. */
const maxWaiting = 100
/** Acts after which it is noted that they are verified. */
const notedEvery = 500
/** The line in which the process asks for acts of others. */
const ownLine = '/bus'

/**
 * Reads all acts, checks the rules and, where that is not noted, the signature of each, and builds the state. Invalid
 * acts are logged and ignored.
 */
export async function openControl(options: ControlOptions): Promise<Control> {
  const { store, operatorKeys, schemaChecks, limits, journal, verified, logger, now = Date.now } = options
  const quotas = limits ? createActQuotas(limits) : noActQuotas
  const state = emptyControlState()
  const listeners = new Set<(act: Act) => void>()
  const rootThumbprints = new Set([...operatorKeys.values()].map(thumbprint))
  /** Tokens of acts whose insert failed; it may have been committed all the same. */
  const uncertain = new Set<string>()
  const ignored = new Set<number>()
  const closing = new AbortController()
  /** Number of the act up to which it is noted that all are verified. */
  let noted = 0
  let noting: Promise<void> | undefined

  const apply = ({ act, context }: DecidedAct): void => {
    applyAct(state, act, context)
    quotas.count(context)
    tell(act)
  }

  /** A listener's failure concerns neither the act nor the other listeners. */
  const tell = (act: Act): void => {
    for (const listener of listeners) {
      try {
        listener(act)
      } catch (error) {
        logger.error(
          { err: error, act: act.act, resource: act.resource },
          'a listener failed on this act; the act is in force; see err'
        )
      }
    }
  }

  /** The bus records no invalid act, so somebody else wrote this row. Only the number of the last act changes. */
  const ignore = ({ number }: StoredAct, error: unknown): void => {
    state.lastAct = number
    ignored.add(number)
    if (ignored.size > maxIgnoredLogged) return
    logger.error(
      { err: error, act: number, ignored: ignored.size },
      'control act ignored: it is not valid, so the bus did not record it; check who can write to the table controlActs, and compare the row with this number with a backup'
    )
  }

  const acts = () => store.reader<ControlTables>().selectFrom('controlActs').selectAll().orderBy('number')

  /** Applies stored acts. Returns the valid ones. */
  const take = async (rows: readonly StoredAct[], known?: KnownActs): Promise<readonly StoredAct[]> => {
    const valid: StoredAct[] = []
    for (const row of rows) {
      try {
        apply(await decideAct(state, operatorKeys, row, known?.has(row.number)))
        valid.push(row)
      } catch (error) {
        ignore(row, error)
      }
      verified?.add(row, ignored.has(row.number))
    }
    noteVerified()
    return valid
  }

  /** Applies the acts recorded since by any process. */
  const takeNew = async (): Promise<void> => {
    const valid = await take(await acts().where('number', '>', state.lastAct).execute())
    for (const row of valid) if (uncertain.delete(row.token)) journal.write(row)
  }

  const noteVerified = (): void => {
    if (!verified || state.lastAct - noted < notedEvery) return
    noted = state.lastAct
    noting = verified.write().catch((error: unknown) => {
      logger.warn(
        { err: error },
        'could not note which acts are verified; the next start verifies more of them'
      )
    })
  }

  const record = async (
    act: Act,
    { body, token }: SignedAct,
    prepared: PreparedCheck | undefined
  ): Promise<RecordedAct> => {
    for (;;) {
      const row = {
        number: state.lastAct + 1,
        body: Buffer.from(body).toString('utf8'),
        token,
        recordedAt: new Date(Math.max(now(), state.recordedAt)).toISOString()
      }
      const decided = await decideAct(state, operatorKeys, row)
      actDefinitions[act.act].checkNew?.(state, act, {
        ...decided.context,
        schemaChecks,
        prepared,
        rootThumbprints
      })
      quotas.check(state, act, decided.context)
      const isRecorded = await insertNext(store, row).catch(async (error: unknown) => {
        uncertain.add(token)
        await takeNew() // If it was committed, the act is in force.
        throw error
      })
      if (isRecorded) {
        uncertain.clear() // Their numbers are used.
        journal.write(row)
        apply(decided)
        verified?.add(row, false)
        noteVerified()
        return { number: row.number, act: act.act, resource: act.resource, hash: decided.context.hash }
      }
      await takeNew() // Another process recorded an act with this number first: apply it, then check this act again.
    }
  }

  const stored = await acts().execute()
  const known = await verified?.check(stored)
  const upTo = known?.upTo ?? 0
  noted = upTo
  const valid = await take(stored, known)
  await writeMissing(
    journal,
    valid.filter(({ number }) => number > upTo)
  )
  const isIgnored = (number: number): boolean => ignored.has(number)
  const lookingUp = writeMissingUpTo(upTo, {
    ...{ store, journal, isIgnored, signal: closing.signal },
    onError: (error) => {
      if (closing.signal.aborted) return
      logger.warn({ err: error }, 'could not look up whether the event log has all acts; retrying in 5 s')
    }
  }).catch(() => {}) // It was closed.
  // One act at a time, since each is checked against the state after all earlier ones.
  const turns = createOneAtATime({ maxWaiting, fault: 'acts-waiting' })

  return {
    state,
    keyOf: (system, kid, at) => signingKey(state, operatorKeys, { system, kid, at }),
    ignoredActs: () => ignored.size,
    isIgnored,

    async append(signed, { line, kinds, prepared }) {
      const act = parseNewAct(signed.body)
      if (kinds && !kinds.includes(act.act)) {
        throw new BusError('BUS_ACT_INVALID', 'act-not-of-this-route', { values: { act: act.act } })
      }
      return turns.take(line, () => record(act, signed, prepared))
    },

    async prepare(body, agency) {
      const act = parseNewAct(body)
      return actDefinitions[act.act].prepareNew?.(state, act, schemaChecks, agency)
    },

    async sync() {
      await turns.take(ownLine, takeNew)
    },

    onAct(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    async close() {
      closing.abort()
      await lookingUp
      await noting
    }
  }
}

/** Inserts an act under its number; false if another process has used the number. */
function insertNext(store: Store, row: StoredAct): Promise<boolean> {
  return store.transaction(async (transaction) => {
    const db = transaction.tables<ControlTables>()
    if ((await lastNumber(db)) !== row.number - 1) return false
    await db.insertInto('controlActs').values(row).execute()
    return true
  }, usesReserve)
}

const usesReserve = { usesReserve: true }
