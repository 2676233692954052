import { type Archive, createArchive } from '#bus/archive/archive.ts'
import { type ArchiveForm, ownForm, sharedForm } from '#bus/archive/archive-form.ts'
import { type Attachments, createAttachments } from '#bus/attachments/attachments.ts'
import { createActJournal } from '#bus/control/act-journal.ts'
import { type Control, openControl } from '#bus/control/control.ts'
import { alwaysFresh, type Freshness, followActs } from '#bus/control/follow-acts.ts'
import { createVerifiedActsNote } from '#bus/control/verified-acts.ts'
import { createTurns, type Turns } from '#bus/fair-use/turns.ts'
import { type AppendQueue, createAppendQueue } from '#bus/publishing/append-queue.ts'
import { createPublishing, type Publishing } from '#bus/publishing/publish.ts'
import { createRecentlyAppended, type RecentlyAppended } from '#bus/publishing/recently-appended.ts'
import { createRecordedClock } from '#bus/publishing/recorded-clock.ts'
import type { DeliverWork } from '#bus/recipients/deliver.ts'
import { createRecipientStatuses, type RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import { createGivenRecorder, type GivenRecorder } from '#bus/recipients/record-given.ts'
import { createEventTypes, type EventTypes } from '#bus/registry/event-types.ts'
import { createSchemaChecks, type SchemaChecks } from '#bus/registry/schema-checks.ts'
import { type ActivityNotes, createActivityNotes } from '#consumers/activity/note-activity.ts'
import { createCursors } from '#consumers/inbox/cursor.ts'
import { createExpiryAndRecall, type ExpiryAndRecall } from '#consumers/inbox/expiry-and-recall.ts'
import { createFanOutLagMeter } from '#consumers/inbox/fan-out-lag.ts'
import { createInbox, type Inbox } from '#consumers/inbox/read.ts'
import { createLagMeter, type FanOutLagMeter, type LagMeter } from '#consumers/projector/lag.ts'
import { createLagLimit, type LagLimit } from '#consumers/projector/lag-limit.ts'
import { caughtUp } from '#consumers/projector/positions.ts'
import { loadMeta } from '#engines/store/meta.ts'
import { createMetrics, type Metrics } from '#engines/telemetry/metrics.ts'
import { openTracing } from '#engines/telemetry/open-tracing.ts'
import { createSettledClock } from '#engines/telemetry/settled-clock.ts'
import { steadyNow } from '#engines/telemetry/steady-clock.ts'
import type { Tracing } from '#engines/telemetry/tracing.ts'
import { type PersonAct, signPersonAct } from '#protocol/trust/person-act.ts'
import { signReceipts } from '#protocol/trust/receipt.ts'
import { firstActs } from './bootstrap.ts'
import { dataFormat, noteFormat, sharedDataFormat } from './data-format.ts'
import type { EngineOptions, Engines } from './open-engines.ts'
import { domainsOf } from './topics.ts'
import { trustKeysOf } from './trust-keys.ts'
import { checkOperatorKeys, isNew, rememberOperatorKeys } from './trust-root.ts'
import { version } from './version.ts'

/** The parts that every process of the bus has, whatever its roles. */
export interface Core extends Engines {
  readonly control: Control
  readonly freshness: Freshness
  readonly eventTypes: EventTypes
  readonly schemaChecks: SchemaChecks
  readonly archive: Archive
  readonly archiveForm: ArchiveForm
  readonly recipientStatuses: RecipientStatuses
  readonly expiryAndRecall: ExpiryAndRecall
  readonly inbox: Inbox
  readonly given: GivenRecorder
  readonly activityNotes: ActivityNotes
  readonly attachments: Attachments
  readonly publishing: Publishing
  /** Appends records other than events of agencies: acts and delivery steps. */
  readonly append: AppendQueue['append']
  /** Signs with the bus's key what a person does in the console. */
  readonly signForPerson: (act: PersonAct) => Promise<string>
  /** Records handed in and not durable yet. */
  readonly appendQueueSize: AppendQueue['size']
  /** Measures how far the projector is behind. */
  readonly lagOf: LagMeter
  readonly fanOutLagOf: FanOutLagMeter
  readonly lagLimit: LagLimit
  /** Shares the main thread among agencies. */
  readonly turns: Turns
  /** Events just published by this process, for its projector; undefined unless it does both. */
  readonly recent: RecentlyAppended | undefined
  readonly metrics: Metrics
  readonly tracing: Tracing
  readonly publicUrl: string
  /** Epoch of the store: every restore of a backup begins a new one. */
  readonly epoch: number
  readonly now: () => number
  /** Waits up to `ms` until the whole log is projected; returns whether it is. */
  readonly caughtUp: (ms: number) => Promise<boolean>
}

export interface CoreOptions extends EngineOptions {
  /** Whether this process projects the events that it publishes. */
  readonly projectsOwn: boolean
}

export async function openCore(
  engines: Engines,
  { config, logger, projectsOwn }: CoreOptions,
  publicUrl: string
): Promise<Core> {
  const { store, workingStore, log, blobs, signals, space, uploadSpace, areShared } = engines
  const now = Date.now
  const settledNow = createSettledClock({ now })
  const meta = await loadMeta(store)
  await noteFormat(store, areShared ? sharedDataFormat : dataFormat)
  const trust = await trustKeysOf(config, { areShared, mayCreate: await isNew(store) })
  const { bus, operatorKeys } = trust
  await checkOperatorKeys(store, operatorKeys)
  // On one machine events are entered as they are appended.
  const recent = projectsOwn && areShared ? createRecentlyAppended() : undefined
  const { append, size: appendQueueSize } = createAppendQueue({
    log,
    signReceipts: (leaves) => signReceipts(leaves, bus.signingKey, now()),
    recent
  })
  const journal = createActJournal({ log, append, logger })
  const schemaChecks = createSchemaChecks({ domains: domainsOf() })
  const control = await openControl({
    store,
    operatorKeys,
    schemaChecks,
    limits: config.acts,
    journal,
    verified: createVerifiedActsNote({ store, key: bus, release: version, operatorKeys, logger, now }),
    logger
  })
  await firstActs({ ...trust, control, publicUrl, logger })
  await rememberOperatorKeys(store, operatorKeys)
  const metrics = createMetrics({ ignoredActs: control.ignoredActs })
  const tracing = await openTracing(config.telemetry, logger)
  const archiveForm = areShared ? sharedForm : ownForm
  const archive = createArchive(store, archiveForm)
  const activityNotes = createActivityNotes({ store, logger, now })
  const recipientStatuses = createRecipientStatuses({
    store,
    ...(workingStore && {
      deliverInWriter: (delivery) =>
        workingStore.work({ deliver: delivery } satisfies DeliverWork, { rows: delivery.events.length })
    }),
    onGiven: (system) => activityNotes.note(system, 'read'),
    now
  })
  const eventTypes = createEventTypes(control.state.registry)
  const turns = createTurns()
  const cursors = createCursors(meta.cursorSecret, meta.epoch)
  const expiryAndRecall = createExpiryAndRecall({ store, archive, recipientStatuses, settledNow })
  const inbox = createInbox({
    store,
    archive,
    control,
    recipientStatuses,
    expiryAndRecall,
    cursors,
    signals,
    meta,
    now
  })
  const attachments = createAttachments({
    store,
    blobs,
    control,
    space: uploadSpace,
    hasBeenGiven: inbox.mayRead,
    limits: config.attachments,
    now,
    settledNow
  })
  const lagOf = createLagMeter({ log, store, steadyNow })
  const fanOutLagOf = createFanOutLagMeter({ store, steadyNow })
  const { maxLagSeconds: maxSeconds } = config.publishing
  const lagLimit = createLagLimit({ lagOf, fanOutLagOf, maxSeconds, logger, steadyNow })
  const last = (await archive.last())?.recordedTime
  const publishing = createPublishing({
    control,
    log,
    eventTypes,
    attachments,
    append,
    turns,
    space,
    checkLag: lagLimit.check,
    tracing,
    publicUrl,
    now,
    recordedNow: createRecordedClock({ now, last, lastActAt: () => control.state.recordedAt })
  })
  const given = createGivenRecorder({ recipientStatuses, logger })
  const checkTrust = () => checkOperatorKeys(store, operatorKeys)
  // Last, since it runs until the core is closed.
  const freshness = areShared ? followActs({ control, checkTrust, store, signals, logger }) : alwaysFresh
  await freshness.begun // Otherwise the first requests would be rejected.
  return {
    ...engines,
    control,
    freshness,
    eventTypes,
    schemaChecks,
    archive,
    archiveForm,
    recipientStatuses,
    expiryAndRecall,
    inbox,
    given,
    activityNotes,
    attachments,
    publishing,
    append,
    signForPerson: (act) => signPersonAct(act, bus.signingKey, now()),
    appendQueueSize,
    lagOf,
    fanOutLagOf,
    lagLimit,
    turns,
    recent,
    metrics,
    tracing,
    publicUrl,
    epoch: meta.epoch,
    now,
    caughtUp: (ms) => caughtUp({ log, store, signals }, ms),
    async close() {
      await lagLimit.close()
      await given.close()
      await activityNotes.flush()
      await freshness.close()
      await control.close()
      await schemaChecks.close()
      await engines.close()
      await tracing.close()
    }
  }
}
