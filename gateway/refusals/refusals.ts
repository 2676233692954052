import { insertOf } from '#engines/store/insert-rows.ts'
import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError, codeOf } from '#protocol/errors/bus-error.ts'
import { textOf } from '#protocol/errors/faults.ts'
import { type Check, checksOf, type RefusedRequest } from './checks.ts'
import type { RefusalTables } from './refusal-tables.ts'

/** A request that was answered with a problem. */
export interface Refusal extends RefusedRequest {
  readonly traceId: string
  readonly error: unknown
  /** The caller whose signature was verified. */
  readonly caller?: { readonly agency: string; readonly system: string }
  /** Whose requests it counts with: an agency or an address. */
  readonly who: string
  readonly route: string
}

export type KeptRefusal = Omit<RefusalTables['refusals'], 'number'>

/** Keeps for 30 days why requests were refused, for `/v1/refusals/{traceId}`. */
export interface Refusals {
  /** Queues a refusal. Never waits and never throws: what is too much for a caller, or for all, is counted and not kept. */
  note(refusal: Refusal): void
  /**
   * Refusals with a trace id that a reader may see, without `agency` all: those of known callers first, the newest
   * first. A trace id is the sender's choice: who sends without a token hides nothing of a caller.
   */
  find(traceId: string, reader: { readonly agency?: string }): Promise<readonly KeptRefusal[]>
  /** Stores what is queued. */
  close(): Promise<void>
}

export interface RefusalsOptions {
  readonly store: Store
  readonly logger: Logger
  readonly now: () => number
  readonly limits?: Partial<RefusalLimits> | undefined
}

export interface RefusalLimits {
  /** Kept of one caller in a minute, and of all; at most half of these of callers without a verified token. */
  readonly perCaller: number
  readonly perMinute: number
  /** Kept in all, half of them of such callers; of each kind the oldest goes first. */
  readonly rows: number
}

export const refusalLimits: RefusalLimits = { perCaller: 60, perMinute: 1000, rows: 100_000 }
export const refusalDays = 30

const dayMs = 86_400_000
const minuteMs = 60_000
const flushMs = 1000
/** Rows that wait to be written; they are lost with the process. */
const maxWaiting = 2000
const writtenAtOnce = 500
const shownAtOnce = 20
const longestText = 2000
/** A lane of its own: nothing waits for these rows. */
const lane = 'refusals'

const insert = insertOf<KeptRefusal>('refusals', [
  'traceId',
  'at',
  'code',
  'vi',
  'en',
  'passed',
  'failed',
  'agency',
  'system',
  'route'
])

export function createRefusals({ store, logger, now, limits }: RefusalsOptions): Refusals {
  const { perCaller, perMinute, rows } = { ...refusalLimits, ...limits }
  let waiting: KeptRefusal[] = []
  let minute = 0
  let inMinute = 0
  let unknownInMinute = 0
  let notKept = 0
  const byCaller = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  let prunedAt = 0

  const beginMinute = (at: number): void => {
    const current = Math.floor(at / minuteMs)
    if (current === minute) return
    if (notKept > 0) {
      logger.warn(
        { notKept },
        'refused requests were more than are kept in a minute; these are not found by their traceId'
      )
    }
    minute = current
    inMinute = 0
    unknownInMinute = 0
    notKept = 0
    byCaller.clear()
  }

  /** Whether there is room for one more of this caller in this minute. */
  const hasRoom = (who: string, isKnown: boolean, at: number): boolean => {
    beginMinute(at)
    const own = byCaller.get(who) ?? 0
    const isFull = inMinute >= perMinute || (!isKnown && unknownInMinute >= perMinute / 2)
    if (own >= perCaller || isFull || waiting.length >= maxWaiting) {
      notKept += 1
      return false
    }
    byCaller.set(who, own + 1)
    inMinute += 1
    if (!isKnown) unknownInMinute += 1
    return true
  }

  const prune = async (transaction: Parameters<typeof insert>[0], at: number): Promise<void> => {
    const db = transaction.tables<RefusalTables>()
    await db
      .deleteFrom('refusals')
      .where('at', '<', at - refusalDays * dayMs)
      .execute()
    // Each kind for itself, so that strangers push out nothing of what is known of callers.
    for (const kind of ['is', 'is not'] as const) {
      const beyond = await db
        .selectFrom('refusals')
        .select('number')
        .where('system', kind, null)
        .orderBy('number', 'desc')
        .offset(Math.floor(rows / 2))
        .limit(1)
        .executeTakeFirst()
      if (!beyond) continue
      await db
        .deleteFrom('refusals')
        .where('system', kind, null)
        .where('number', '<=', beyond.number)
        .execute()
    }
  }

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const some = waiting.slice(0, writtenAtOnce)
      const at = now()
      const isDue = at - prunedAt >= minuteMs
      await store.transaction(
        async (transaction) => {
          await insert(transaction, some)
          if (isDue) await prune(transaction, at)
        },
        { lane }
      )
      if (isDue) prunedAt = at
      waiting = waiting.slice(some.length)
    }
  }

  /** One write at a time. What the store does not take now stays queued. */
  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(write).catch((error: unknown) => {
      if (store.refuses(error)) waiting = waiting.slice(writtenAtOnce) // They would be refused again.
      logger.warn({ err: error }, 'refused requests are not stored yet; see err; retried with the next one')
    })
    return writing
  }

  return {
    note({ traceId, error, caller, who, route, ...request }) {
      const at = now()
      if (!hasRoom(who, caller !== undefined, at)) return
      const { passed, failed } = checksOf(error, request)
      waiting.push({
        traceId,
        at,
        code: codeOf(error),
        vi: detailOf(error, 'vi'),
        en: detailOf(error, 'en'),
        passed: passed.join(' '),
        failed,
        agency: caller?.agency ?? null,
        system: caller?.system ?? null,
        route
      })
      timer ??= setTimeout(flush, flushMs).unref()
    },

    async find(traceId, { agency }) {
      await flush()
      let found = store.reader<RefusalTables>().selectFrom('refusals').selectAll()
      found = found.where('traceId', '=', traceId).where('at', '>=', now() - refusalDays * dayMs)
      if (agency !== undefined) found = found.where('agency', '=', agency)
      return found
        .orderBy((e) => e('system', 'is', null))
        .orderBy('number', 'desc')
        .limit(shownAtOnce)
        .execute()
    },

    close: flush
  }
}

function detailOf(error: unknown, language: 'vi' | 'en'): string {
  const text = error instanceof BusError ? error.text(language) : textOf('internal', {}, language)
  return text.slice(0, longestText)
}

/** The checks that a stored refusal names. */
export function passedChecks({ passed }: Pick<KeptRefusal, 'passed'>): readonly Check[] {
  return passed === '' ? [] : (passed.split(' ') as Check[])
}
