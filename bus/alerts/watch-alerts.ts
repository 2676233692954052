import type { Store, StoreTransaction } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import type { Metrics } from '#engines/telemetry/metrics.ts'
import { createProblemLog } from '#engines/telemetry/problem-log.ts'
import { pause } from '#protocol/timing/retry.ts'
import type { AlertsConfig } from './alert-config.ts'
import { changesFor, isEmpty, messageOf, type ReportedAlert, toReported } from './alert-message.ts'
import type { AlertTables } from './alert-tables.ts'
import { conditionsOf } from './check-config.ts'
import { evaluate, type MetricSamples } from './evaluate.ts'
import { createMessageQueue } from './message-queue.ts'
import { type AlertChanges, type AlertState, nextStates } from './next-states.ts'

export interface AlertsOptions {
  readonly config: AlertsConfig
  readonly store: Store
  readonly metrics: Metrics
  /** Brings the metrics up to date. */
  readonly refreshMetrics: () => Promise<void>
  /** Metrics with all their labels, of which the others show only some. */
  readonly unbounded: () => readonly MetricSamples[]
  /** Whether several processes look. */
  readonly areShared: boolean
  /** Whether this process tells, as the store has it: of several, one at a time. */
  readonly tells: (transaction: StoreTransaction) => Promise<boolean>
  /** The agency that an alert with these labels is about. */
  readonly agencyOf: (labels: Readonly<Record<string, string>>) => string | undefined
  readonly publicUrl: string
  readonly logger: Logger
  readonly now: () => number
  readonly everyMs?: number
}

/** An alert as `/alerts` of the management port shows it. */
export interface ShownAlert extends ReportedAlert {
  /** `pending`: met, but not for long enough. */
  readonly state: 'firing' | 'pending'
}

export interface Alerts {
  /** What is so now, those told first. */
  list(): Promise<readonly ShownAlert[]>
  /** Channels that do not take messages, in words; undefined if all do. */
  warning(): string | undefined
  /** Resolves once no message is being sent. */
  idle(): Promise<void>
  /** Cuts off what is being sent; it is sent again by the next process. */
  close(): Promise<void>
}

const hourMs = 3_600_000
/** Several processes look at their own times: what one found stays for so long. */
const sharedUnseenMs = 60_000

/** Looks at the metrics again and again, notes which conditions are met, and tells the channels. */
export function watchAlerts(options: AlertsOptions): Alerts {
  const { config, store, metrics, areShared, tells, publicUrl, logger, now, everyMs = 15_000 } = options
  const conditions = conditionsOf(config)
  const { channels, language, remindHours } = config
  const written = { language, bus: publicUrl }
  const queue = createMessageQueue({ store, tells, channels, written, logger, now })
  const closing = new AbortController()
  const startedAt = now()
  let isTelling = false
  /** What is being sent, by channel. */
  const sending = new Map<string, Promise<void>>()
  const failing = (): ReadonlyMap<string, string> => (isTelling ? queue.failing() : new Map())

  const tell = async (transaction: StoreTransaction, changes: AlertChanges): Promise<void> => {
    if (isEmpty(changes)) return
    const messages = channels.flatMap((channel) => {
      const own = changesFor(channel, changes, options.agencyOf)
      const message = messageOf(own, { ...written, now: now() })
      return isEmpty(own) ? [] : [{ channel: channel.name, message }]
    })
    await queue.add(transaction, messages)
    const reportedOf = (state: AlertState) => toReported(state, { language: 'en' })
    for (const { alert, labels, summary } of changes.begun.map(reportedOf)) {
      logger.warn({ alert, labels }, `alert: ${summary}`)
    }
    for (const { alert, labels, summary } of changes.ended.map(reportedOf)) {
      logger.info({ alert, labels }, `alert is over: ${summary}`)
    }
  }

  const look = async (): Promise<void> => {
    const at = now()
    await options.refreshMetrics()
    for (const { name: channel } of channels) {
      metrics.alertChannelFailing.set({ channel }, failing().has(channel) ? 1 : 0)
    }
    const found = evaluate(conditions, [
      ...(await metrics.registry.getMetricsAsJSON()),
      ...options.unbounded()
    ])
    isTelling = await store.transaction(
      async (transaction) => {
        const telling = await tells(transaction)
        const { states, gone, changes } = nextStates(await readStates(transaction), found, {
          ...{ conditions, now: at, upMs: at - startedAt, remindMs: remindHours * hourMs },
          unseenMs: areShared ? sharedUnseenMs : 0
        })
        const seen = states.filter(({ seenAt }) => seenAt === at)
        // A process that does not tell only notes what it found.
        await write(
          transaction,
          telling ? states : seen.map((row) => ({ ...row, reportedAt: null })),
          telling
        )
        if (!telling) return false
        await remove(transaction, gone)
        await tell(transaction, changes)
        return true
      },
      { usesReserve: true }
    )
  }

  const sendingProblems = createProblemLog(
    logger,
    { begins: 'alerts are not sent: the store failed; see err; retrying', ends: 'alerts are sent again' },
    now
  )

  /** Not awaited: a slow server holds up neither the looks nor the other channels. */
  const beginSending = (channel: AlertsConfig['channels'][number]): void => {
    if (sending.has(channel.name)) return
    const sent = queue
      .sendDue(channel, closing.signal)
      .then(sendingProblems.end, sendingProblems.report)
      .finally(() => sending.delete(channel.name))
    sending.set(channel.name, sent)
  }

  const run = async (): Promise<void> => {
    const messages = {
      begins: 'alerts are not looked at: the store failed; see err; retrying',
      ends: 'alerts are looked at again'
    }
    const problems = createProblemLog(logger, messages, now)
    while (!closing.signal.aborted) {
      try {
        await look()
        problems.end()
      } catch (error) {
        problems.report(error)
      }
      if (isTelling) channels.forEach(beginSending)
      await pause(everyMs, { signal: closing.signal, unref: true })
    }
  }
  const idle = async (): Promise<void> => {
    await Promise.all(sending.values())
  }
  const running = run()

  return {
    async list() {
      const rows = await readStates(store)
      const shown = rows.map(
        (row): ShownAlert => ({
          state: row.reportedAt === null ? 'pending' : 'firing',
          ...toReported(row, { language })
        })
      )
      return shown.sort((one, other) => order(one) - order(other) || one.since.localeCompare(other.since))
    },
    warning() {
      const reasons = [...failing().values()]
      return reasons.length === 0 ? undefined : reasons.join(' ')
    },
    idle,
    async close() {
      closing.abort()
      await running
      await idle()
    }
  }
}

function order({ state }: ShownAlert): number {
  return state === 'firing' ? 0 : 1
}

async function readStates(from: Store | StoreTransaction): Promise<readonly AlertState[]> {
  const db = 'reader' in from ? from.reader<AlertTables>() : from.tables<AlertTables>()
  return db.selectFrom('alertStates').selectAll().orderBy('alert').orderBy('labels').execute()
}

/** Writes rows; `reportedAt` only for the process that tells. */
async function write(
  transaction: StoreTransaction,
  states: readonly AlertState[],
  telling: boolean
): Promise<void> {
  for (const state of states) {
    await transaction
      .tables<AlertTables>()
      .insertInto('alertStates')
      .values(state)
      .onConflict((on) =>
        on.columns(['alert', 'labels']).doUpdateSet({
          value: state.value,
          seenAt: state.seenAt,
          ...(telling ? { since: state.since, reportedAt: state.reportedAt } : {})
        })
      )
      .execute()
  }
}

async function remove(transaction: StoreTransaction, states: readonly AlertState[]): Promise<void> {
  for (const { alert, labels } of states) {
    await transaction
      .tables<AlertTables>()
      .deleteFrom('alertStates')
      .where('alert', '=', alert)
      .where('labels', '=', labels)
      .execute()
  }
}
