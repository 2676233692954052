import { createHash } from 'node:crypto'
import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { checkPublicJwk, type PublicJwk, thumbprint } from '#protocol/trust/jwk.ts'
import { bodyDigest, verifySignatureAt } from '#protocol/trust/token.ts'
import type { SchemaChecks } from '../registry/schema-checks.ts'
import type { ActJournal, StoredAct } from './act-journal.ts'
import { type Act, applyAct, checkActRules, checkShape, parseAct } from './acts.ts'
import { type ControlState, emptyControlState, holdsAt, type KeyEntry } from './control-state.ts'
import { type ControlTables, lastNumber } from './control-tables.ts'
import type { ActContext, Actor } from './define-act.ts'
import { actDefinitions } from './kinds.ts'

/** A signed act: the body as received, and the token whose `body` claim is its SHA-256. */
export interface SignedAct {
  readonly body: Uint8Array
  readonly token: string
  /** The system that signed. The caller of `append` has verified the signature. */
  readonly actor: string
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
   * Records an act and applies it. Rejects with `BUS_ACT_INVALID`, with `BUS_ACT_CONFLICT` if another act
   * on the resource came first (read the resource again), or with `BUS_NOT_PERMITTED`; then nothing was
   * recorded.
   */
  append(signed: SignedAct, kinds?: readonly string[]): Promise<RecordedAct>

  /** Does in advance, outside of the turn of the act, what takes long to check. Rejects as `append` does. */
  prepare(body: Uint8Array, agency: string): Promise<void>

  /** Applies the acts that other processes have recorded since. Rejects with `BUS_STORE_UNAVAILABLE`. */
  sync(): Promise<void>

  /** The key `kid` of a system, if it may sign at the instant by the current state; otherwise undefined. */
  keyOf(system: string, kid: string, at: number): PublicJwk | undefined

  /** Calls the listener after each act that was applied. Returns a function that removes it. */
  onAct(listener: (act: Act) => void): () => void
}

export interface ControlOptions {
  readonly store: Store
  /** The keys that trust starts from, by `kid`. They sign as `/bus/systems/operator`. */
  readonly operatorKeys: ReadonlyMap<string, PublicJwk>
  readonly schemaChecks: SchemaChecks
  readonly journal: ActJournal
  readonly logger: Logger
  readonly now?: () => number
}

export const operatorSystem = '/bus/systems/operator'

/** Reads all acts, checks the signature and rules of each, and builds the state. Invalid acts are logged and ignored. */
export async function openControl(options: ControlOptions): Promise<Control> {
  const { store, operatorKeys, schemaChecks, journal, logger, now = Date.now } = options
  const state = emptyControlState()
  const listeners = new Set<(act: Act) => void>()

  const keyOf = (system: string, kid: string, at: number): PublicJwk | undefined => {
    if (system === operatorSystem) return operatorKeys.get(kid)
    const entry = state.systems.get(system)
    if (!entry || !holdsAt(entry.span, state.lastAct)) return undefined
    return entry.keys.find((key) => key.kid === kid && isValidAt(key, at))?.jwk
  }

  /** Checks an act. The same function is used when an act is recorded and when it is replayed. */
  const checked = async (act: Act, system: string): Promise<ActContext> => {
    const jwk = act.key === undefined ? undefined : checkPublicJwk(act.key)
    const context = { actor: actorOf(state, system), key: jwk && { jwk, thumbprint: await thumbprint(jwk) } }
    checkActRules(state, act, context)
    return context
  }

  const apply = (act: Act, context: ActContext, row: StoredAct): string => {
    const hash = createHash('sha256').update(row.body).digest('hex')
    const { number, recordedAt } = row
    applyAct(state, act, { ...context, number, recordedAt: Date.parse(recordedAt), hash })
    tell(act)
    return hash
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

  /** Applies the acts recorded since by any process. */
  const takeNew = async (): Promise<readonly StoredAct[]> => {
    const acts = store.reader<ControlTables>().selectFrom('controlActs').selectAll()
    const rows = await acts.where('number', '>', state.lastAct).orderBy('number').execute()
    for (const row of rows) {
      try {
        const body = Buffer.from(row.body)
        const recordedAt = Date.parse(row.recordedAt)
        const act = parseAct(body)
        checkShape(act)
        const actor = await signerOf(row.token, body, (system, kid) => keyOf(system, kid, recordedAt))
        apply(act, await checked(act, actor), row)
      } catch (error) {
        logger.error(
          { err: error, act: row.number },
          'control act ignored: its signature or content is not valid; check who may write to the table controlActs'
        )
        state.lastAct = row.number
      }
    }
    return rows
  }

  const record = async (
    { body, token, actor }: SignedAct,
    kinds?: readonly string[]
  ): Promise<RecordedAct> => {
    const act = parseAct(body)
    checkShape(act)
    if (kinds && !kinds.includes(act.act)) {
      throw new BusError('BUS_ACT_INVALID', 'act-not-of-this-route', { values: { act: act.act } })
    }
    for (;;) {
      const context = await checked(act, actor)
      actDefinitions[act.act].checkNew?.(state, act, schemaChecks)
      const row = {
        number: state.lastAct + 1,
        body: Buffer.from(body).toString('utf8'),
        token,
        recordedAt: new Date(now()).toISOString()
      }
      if (!(await insertNext(store, row))) {
        await takeNew() // Another process recorded an act with this number first: apply it, then check this act again.
        continue
      }
      journal.write(row)
      return { number: row.number, act: act.act, resource: act.resource, hash: apply(act, context, row) }
    }
  }

  // A process may have died after it recorded an act and before it wrote the act to the log: write it now.
  for (const row of await journal.missing(await takeNew())) journal.write(row)
  let tail: Promise<unknown> = Promise.resolve() // One act at a time, since each is checked against the state after all earlier ones.

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = tail.then(work)
    tail = mine.catch(() => {})
    return mine
  }

  return {
    state,
    keyOf,
    append: (signed, kinds) => inTurn(() => record(signed, kinds)),
    async prepare(body, agency) {
      const act = parseAct(body)
      checkShape(act)
      await actDefinitions[act.act].prepareNew?.(state, act, schemaChecks, agency)
    },
    async sync() {
      await inTurn(takeNew)
    },

    onAct(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
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
  })
}

/** The actor that a system acts as. */
export function actorOf({ systems }: ControlState, system: string): Actor {
  const operator = system === operatorSystem || (systems.get(system)?.roles.includes('operator') ?? false)
  return { system, agency: agencyOf(system), operator }
}

/** Whether a key may sign at an instant (milliseconds since the epoch). */
export function isValidAt(key: KeyEntry, at: number): boolean {
  return key.validFromAt <= at && at < key.validToAt
}

/**
 * The system that signed an act. Checks signature and body digest, but not audience and expiry, which were
 * checked when the act arrived.
 */
async function signerOf(
  token: string,
  body: Uint8Array,
  findKey: (system: string, kid: string) => PublicJwk | undefined
): Promise<string> {
  const claims = await verifySignatureAt(token, findKey)
  if (claims.body !== bodyDigest(body)) {
    throw new BusError('BUS_SUBMISSION_MISMATCH', 'act-body-differs')
  }
  return claims.iss
}
