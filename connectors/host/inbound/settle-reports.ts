import type { Store } from '#engines/store/store.ts'
import type { Metrics } from '#engines/telemetry/metrics.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ReportItem } from '../../connector.ts'
import type { ConnectorTables } from '../connector-tables.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import { settle } from '../outbound/settle.ts'
import type { GivenAnswer } from './answers.ts'
import { writeFault } from './items.ts'
import { type PublishItemsOptions, reportQuarantined } from './publish-items.ts'

export type SettleReportsOptions = Pick<PublishItemsOptions, 'store' | 'guard' | 'recordAnswers'> & {
  readonly metrics: Metrics
}

const atOnce = 100
const againMs = 60_000
/** A report whose delivery is unknown for this long belongs to none. */
const longestMs = 86_400_000

/**
 * Applies reports and answers that came before the result of their delivery was known. Returns when the next one is tried, in
 * milliseconds since the epoch; undefined if there is none.
 */
export async function settleReports(
  instance: HostedInstance,
  { store, guard, metrics, recordAnswers }: SettleReportsOptions
): Promise<number | undefined> {
  const due = await dueReports(store, instance)
  const isAcknowledged = instance.definition.inbound?.acknowledge !== undefined
  const unmatched: { reference: string; error: BusError }[] = []
  const answering = due.flatMap(({ number, answers }) =>
    answers === null ? [] : [{ number, given: JSON.parse(answers) as GivenAnswer }]
  )
  const recorded = await recordAnswers(
    instance,
    answering.map(({ given }) => given)
  )
  const answered = new Set(answering.flatMap(({ number, given }) => (recorded.has(given) ? [number] : [])))
  if (due.length > 0) {
    await store.transaction(async (transaction) => {
      unmatched.length = 0 // The transaction may run twice.
      await guard(transaction, instance)
      const db = transaction.tables<ConnectorTables>()
      const reports = due.map(({ settles }) => JSON.parse(settles ?? 'null') as ReportItem['settles'] | null)
      const applied = await settle(
        transaction,
        instance,
        reports.filter((report) => report !== null)
      )
      for (const [index, { number, reference, answers, apart, storedAt }] of due.entries()) {
        const report = reports[index]
        const items = db.updateTable('connectorItems').where('number', '=', number)
        const isKnown = answered.has(number) || (report && applied.has(report))
        const acknowledgeAt = isAcknowledged && apart === 0 ? 0 : null
        if (isKnown && acknowledgeAt === null) {
          await db.deleteFrom('connectorItems').where('number', '=', number).execute()
        } else if (isKnown) {
          await items.set({ state: 'done', settles: null, acknowledgeAt }).execute()
        } else if (instance.now() - storedAt > longestMs) {
          const error = report ? reportUnmatched(report) : answerUnmatched(JSON.parse(answers ?? ''))
          unmatched.push({ reference, error })
          const fault = writeFault(error)
          await items.set({ state: 'quarantined', fault, acknowledgeAt }).execute()
        } else {
          await items.set({ dueAt: instance.now() + againMs }).execute()
        }
      }
    })
  }
  if (due.some(({ settles }) => settles !== null)) instance.deliveriesSettled()
  for (const one of unmatched) reportQuarantined(instance, metrics, one)
  return nextAt(store, instance)
}

function reportUnmatched({ event }: ReportItem['settles']): BusError {
  return new BusError('BUS_ITEM_INVALID', 'report-unmatched', { values: { hash: event } })
}

function answerUnmatched({ answer: { sender, subject } }: GivenAnswer): BusError {
  return new BusError('BUS_ITEM_INVALID', 'answer-unmatched', { values: { sender, subject } })
}

async function dueReports(store: Store, { name, now }: HostedInstance) {
  return store
    .reader<ConnectorTables>()
    .selectFrom('connectorItems')
    .select(['number', 'reference', 'settles', 'answers', 'apart', 'storedAt'])
    .where('instance', '=', name)
    .where('state', '=', 'to-settle')
    .where('dueAt', '<=', now())
    .orderBy('number')
    .limit(atOnce)
    .execute()
}

async function nextAt(store: Store, { name }: HostedInstance): Promise<number | undefined> {
  const row = await store
    .reader<ConnectorTables>()
    .selectFrom('connectorItems')
    .select((e) => e.fn.min('dueAt').as('at'))
    .where('instance', '=', name)
    .where('state', '=', 'to-settle')
    .executeTakeFirst()
  return row?.at ?? undefined
}
