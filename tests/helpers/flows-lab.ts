import { appendEvents } from '#bus/archive/append-events.ts'
import { createArchive } from '#bus/archive/archive.ts'
import { archiveTables } from '#bus/archive/archive-tables.ts'
import { emptyControlState } from '#bus/control/control-state.ts'
import { recipientStatusTables } from '#bus/recipients/recipient-status-tables.ts'
import { createRecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { EventType } from '#bus/registry/event-types.ts'
import { newEvent } from '#client/new-event.ts'
import { type FlowTables, flowTables } from '#consumers/flows/flow-tables.ts'
import { followFlows, type RunningFlows } from '#consumers/flows/follow.ts'
import { gatherBatches } from '#consumers/flows/gather.ts'
import { createPayloadReaders } from '#consumers/flows/payload-reader.ts'
import { createFlows } from '#consumers/flows/read.ts'
import { beginApplyingToInboxes } from '#consumers/inbox/apply.ts'
import { createEntries } from '#consumers/inbox/entries.ts'
import { createExpiryAndRecall } from '#consumers/inbox/expiry-and-recall.ts'
import { inboxTables } from '#consumers/inbox/inbox-tables.ts'
import { createSignals } from '#engines/signals/signals.ts'
import type { Store, WorkingStore } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { recipientsOf } from '#protocol/events/event.ts'
import { createPayloadCodec } from '#protocol/events/payload-codec.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'
import { until } from './until.ts'

export const labTables = [archiveTables, inboxTables, recipientStatusTables, flowTables]

/** A step of a flow: a document, or the status of one with `to` as its sender. */
export interface LabStep {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly flow?: string
  readonly title?: string
  readonly type?: 'document.issued.v1' | 'document.status-changed.v1' | 'document.recalled.v1'
}

const shipped = new Map(
  shippedSchemas().map(({ type, text }) => [type, { type, codec: createPayloadCodec(text) } as EventType])
)

/** The view of flows over an archive and inboxes, without the rest of a bus. Its events are of the act 1, those of a bus of any. The thread that writes extends the view if its store is given. */
export function openFlowsLab(store: Store, workingStore?: Pick<WorkingStore, 'work'>) {
  const now = Date.now
  const archive = createArchive(store)
  const state = emptyControlState()
  const recipientStatuses = createRecipientStatuses({ store, now })
  const expiryAndRecall = createExpiryAndRecall({ store, archive, recipientStatuses, settledNow: now })
  const inbox = createEntries({ store, control: { state }, recipientStatuses, expiryAndRecall, now })
  /** Before the act 1 there are no schemas. */
  const eventTypes = { current: (type: string) => (state.lastAct < 1 ? undefined : shipped.get(type)) }
  const control = {
    state,
    async sync() {
      state.lastAct = Number.MAX_SAFE_INTEGER
    }
  }
  const stuck = new Set<number>()
  const flows = createFlows({
    ...{ store, archive, inbox, eventTypes, now },
    stuckEvents: async ({ low, high }, limit) =>
      [...stuck]
        .filter((event) => event >= low && event <= high)
        .sort((one, other) => other - one)
        .slice(0, limit),
    stuckAmong: async (events) => stuck.intersection(new Set(events))
  })
  const signals = createSignals()
  const expected = {
    readers: createPayloadReaders(eventTypes),
    hours: { hours: ['07:30-11:30', '13:30-17:00'], holidays: [], makeUpDays: [] }
  }
  const justProjected = gatherBatches(expected)
  let last = 0

  const publish = async (steps: readonly LabStep[]): Promise<void> => {
    const published = await store.transaction(async (transaction) => {
      const events = steps.map(
        ({ from, to, subject, flow, title = 'Về việc mẫu', type = 'document.issued.v1' }) => {
          for (const code of [from, ...to.split(',')]) state.agencies.set(code, {} as never)
          const data = type === 'document.status-changed.v1' ? { description: title } : { title }
          const event = {
            ...newEvent(`/agencies/${from}/systems/x`, { type, subject, recipients: to.split(','), data }),
            ...(flow === undefined ? {} : { correlationid: flow })
          }
          last += 1
          return {
            ...{ number: last, hash: `${last}`, type, subject, body: JSON.stringify(event), act: 1, event },
            ...{
              source: event.source,
              id: event.id,
              recordedTime: new Date(1e12 + last * 1000).toISOString()
            },
            ...{ signature: undefined, receipt: { token: 'x', index: 0, size: 1, path: [] }, hosted: false },
            traceparent: undefined,
            ...{ expiresAt: undefined, attachments: [] },
            grants: (recipientsOf(event) ?? []).map((agency) => ({ agency, agreement: undefined }))
          }
        }
      )
      await appendEvents(transaction, events)
      const apply = await beginApplyingToInboxes(
        transaction,
        [...new Set(events.flatMap(({ grants }) => grants.map(({ agency }) => agency)))].sort()
      )
      await apply(events)
      return events
    })
    if (state.lastAct >= 1) justProjected.add(published) // The projector waits for the acts.
  }

  const follow = (): RunningFlows =>
    followFlows({
      workingStore,
      ...{ store, archive, control, signals, justProjected, ...expected },
      now: Date.now,
      logger: createLogger({ level: 'silent' })
    })

  const db = () => store.reader<FlowTables>()
  return {
    archive,
    flows,
    stuck,
    publish,
    follow,
    /** Waits until the view has everything, and nothing else is being made or removed. */
    async upToDate() {
      await until(async () => {
        const { behind, rebuilding } = await flows.status()
        const generations = await db().selectFrom('flowGenerations').selectAll().execute()
        return behind === 0 && rebuilding === undefined && generations.length === 1
      }, 30_000)
    },
    /** All rows of the view, without what tells generations apart. */
    async rows() {
      const [steps, terms, expected] = await Promise.all([
        db().selectFrom('flowSteps').select(['flow', 'number']).orderBy('number').execute(),
        db()
          .selectFrom('flowTerms')
          .select(['term', 'block', 'events'])
          .orderBy('term')
          .orderBy('block')
          .execute(),
        db().selectFrom('flowExpected').select(['id', 'flow', 'types', 'due']).orderBy('id').execute()
      ])
      return { steps, terms, expected }
    },
    generations: () => db().selectFrom('flowGenerations').selectAll().execute()
  }
}

/** Documents, some of them answered, of some agencies. */
export function someSteps(count: number, first = 0): readonly LabStep[] {
  return Array.from({ length: count }, (_, index) => {
    const at = first + index
    const subject = `case-${Math.floor(at / 3)}`
    const [one, other] = [`A${at % 7}`, `B${at % 5}`]
    return at % 3 === 2
      ? { from: `B${(at - 2) % 5}`, to: one, subject, type: 'document.status-changed.v1', title: 'Đã nhận' }
      : { from: one, to: other, subject, title: `Hồ sơ số ${at} của tỉnh` }
  })
}
