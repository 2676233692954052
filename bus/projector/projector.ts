import type { Archive, ArchivedEvent, NewArchivedEvent } from '../archive/archive.ts'
import type { Attachments } from '../attachments/attachments.ts'
import type { Control } from '../control/control.ts'
import { BusError } from '../errors/bus-error.ts'
import type { EventLog, LogRecord } from '../event-log/event-log.ts'
import { canonicalJson } from '../events/canonical.ts'
import { eventHash } from '../events/hash.ts'
import { fromRecord, type ReadRecord } from '../events/record.ts'
import { type Grant, grantsFor } from '../policy/visibility.ts'
import type { EventTypes } from '../registry/event-types.ts'
import type { Store, StoreTransaction } from '../store/store.ts'
import type { Failpoints } from '../telemetry/failpoints.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Proof } from '../trust/proof.ts'
import { isLeafOf, isReceiptToken } from '../trust/receipt.ts'
import type { ProjectorTables } from './projector-tables.ts'
import type { Signals } from './signals.ts'

/** An archived event and who may see it. */
export type ProjectedEvent = ArchivedEvent & { readonly grants: readonly Grant[] }

/** A view's part in the projector's transaction; tells whose inboxes have something new. */
export type ApplyEvents = (
  transaction: StoreTransaction,
  events: readonly ProjectedEvent[]
) => Promise<ReadonlySet<string>>

export interface ProjectorOptions {
  readonly log: EventLog
  readonly store: Store
  readonly archive: Archive
  readonly control: Control
  readonly eventTypes: EventTypes
  readonly attachments: Attachments
  readonly apply: ApplyEvents
  readonly signals: Signals
  readonly metrics: Metrics
  readonly logger: Logger
  readonly failpoints: Failpoints
  readonly now: () => number
}

/** The loop that reads the log and changes state: position and state in one transaction. */
export interface Projector {
  /** Why it stands still; undefined while it runs. */
  problem(): string | undefined
  /** Resolves once everything in the log when it was asked is projected, or after `ms`. */
  caughtUp(ms: number): Promise<void>
  close(): Promise<void>
}

const logName = 'log'
/** What the projector's own progress is signalled under. */
const progress = '/projector'

export async function startProjector(options: ProjectorOptions): Promise<Projector> {
  const { log, store, signals, metrics, logger, failpoints } = options
  const project = createProjection(options)
  let position = await readPosition(store)
  let problem: string | undefined

  const subscription = log.read({
    positionOf: () => readPosition(store),
    reader: async (records) => {
      const { events, setAside } = await project(records)
      const last = records.at(-1)?.position ?? position
      const changed = await store.transaction(async (transaction) => {
        await movePosition(transaction, records[0], last)
        for (const { record, reason } of setAside) await keepAside(transaction, record, reason, options.now())
        const numbered = await options.archive.append(transaction, events)
        const projected = numbered.map((event, index) => ({ ...event, grants: events[index]?.grants ?? [] }))
        for (const [index, { number }] of numbered.entries()) {
          await options.attachments.pin(transaction, number, events[index]?.attachments ?? [])
        }
        const touched = await options.apply(transaction, projected)
        failpoints.reach('projector.before-commit')
        return touched
      })
      failpoints.reach('projector.after-commit')
      position = last
      metrics.projected.inc(events.length)
      signals.notify([...changed, progress])
    },
    onState: (fault) => {
      problem = fault === undefined ? undefined : String(fault)
      metrics.projectorStopped.set(fault === undefined ? 0 : 1)
      if (fault !== undefined) logger.error({ err: fault }, 'projector stands still')
    }
  })

  return {
    problem: () => problem,

    async caughtUp(ms) {
      const target = log.lastPosition()
      const until = performance.now() + ms
      while (position < target) {
        const leftMs = until - performance.now()
        if (leftMs <= 0) return
        const seen = signals.count(progress)
        if (position >= target) return
        await signals.wait(progress, seen, leftMs, AbortSignal.timeout(leftMs))
      }
    },

    close: () => subscription.close()
  }
}

interface Decoded extends NewArchivedEvent {
  readonly grants: readonly Grant[]
  readonly attachments: readonly { readonly sha256: string; readonly size: number }[]
}

interface Projection {
  readonly events: readonly Decoded[]
  readonly setAside: readonly { readonly record: LogRecord; readonly reason: string }[]
}

/** Decides of each record whether the bus wrote it, what it says, and who may see it. */
function createProjection({ control, eventTypes, logger, metrics }: ProjectorOptions) {
  let lastGoodToken = ''

  const isOurs = async (record: LogRecord): Promise<boolean> => {
    const receipt = parseProof(record.headers.bus_receipt)
    if (!receipt) return false
    const {
      ce_source: source = '',
      ce_id: id = '',
      bus_hash: hash = '',
      bus_recordedtime: recordedtime = ''
    } = record.headers
    if (!isLeafOf({ source, id, hash, recordedtime }, receipt)) return false
    if (receipt.token === lastGoodToken) return true
    const good = await isReceiptToken(
      receipt.token,
      [...control.state.busKeys.values()].map(({ jwk }) => jwk)
    )
    if (good) lastGoodToken = receipt.token
    return good
  }

  return async (records: readonly LogRecord[]): Promise<Projection> => {
    const events: Decoded[] = []
    const setAside: { record: LogRecord; reason: string }[] = []
    for (const record of records) {
      const decoded = (await isOurs(record)) ? decode(record, control, eventTypes) : 'no receipt of the bus'
      if (typeof decoded !== 'string') events.push(decoded)
      else {
        setAside.push({ record, reason: decoded })
        metrics.setAside.inc({ part: 'projector' })
        logger.error({ position: record.position, topic: record.topic }, `record set aside: ${decoded}`)
      }
    }
    return { events, setAside }
  }
}

/** The event of a record that bears a receipt of ours, or why it is not what the receipt was given for. */
function decode(record: LogRecord, control: Control, eventTypes: EventTypes): Decoded | string {
  const read = readOrReason(record, eventTypes)
  if (typeof read === 'string') return read
  if (!read?.receipt)
    throw new BusError('BUS_CONTROL_STALE', 'schema-unknown-yet', { values: { position: record.position } })
  const { event } = read
  if (eventHash(event as never) !== read.hash) return 'not the event its receipt was given for'
  if (read.act > control.state.lastAct) {
    throw new BusError('BUS_CONTROL_STALE', 'act-unknown-yet', { values: { act: read.act } })
  }
  return {
    ...toArchived(read, canonicalJson(event as never), read.receipt),
    ...seenBy(read, control, eventTypes)
  }
}

function readOrReason(record: LogRecord, eventTypes: EventTypes): ReadRecord | string | undefined {
  try {
    return fromRecord(record, eventTypes.codecOf)
  } catch (error) {
    if (error instanceof BusError && error.code === 'BUS_RECORD_FOREIGN') return error.message
    throw error
  }
}

function toArchived(read: ReadRecord, body: string, receipt: Proof): NewArchivedEvent {
  const { source, id, type, subject } = read.event
  const { hash, recordedTime, act, signature, hosted, traceparent } = read
  return { hash, source, id, type, subject, body, recordedTime, act, signature, receipt, hosted, traceparent }
}

function seenBy(read: ReadRecord, { state }: Control, eventTypes: EventTypes) {
  return {
    grants: grantsFor(state, read.event, read.act, Date.parse(read.recordedTime)),
    attachments: eventTypes.codecOf(read.schemaId)?.attachmentsIn(read.event.data) ?? []
  }
}

function parseProof(header: string | undefined): Proof | undefined {
  if (header === undefined) return undefined
  try {
    return JSON.parse(header) as Proof
  } catch {
    return undefined // A stranger's header may hold anything.
  }
}

async function readPosition(store: Store): Promise<number> {
  const row = await store
    .reader<ProjectorTables>()
    .selectFrom('projectorPositions')
    .select('position')
    .where('log', '=', logName)
    .executeTakeFirst()
  return row?.position ?? 0
}

/** Moves by compare-and-set, so that of two readers who both think the log theirs one rolls back. */
async function movePosition(
  transaction: StoreTransaction,
  first: LogRecord | undefined,
  to: number
): Promise<void> {
  const db = transaction.tables<ProjectorTables>()
  await db
    .insertInto('projectorPositions')
    .values({ log: logName, position: 0 })
    .onConflict((on) => on.column('log').doNothing())
    .execute()
  const moved = await db
    .updateTable('projectorPositions')
    .set({ position: to })
    .where('log', '=', logName)
    .where('position', '<', first?.position ?? to)
    .executeTakeFirst()
  if (moved.numUpdatedRows !== 1n) throw new BusError('BUS_CONTROL_STALE', 'position-moved-elsewhere')
}

async function keepAside(
  transaction: StoreTransaction,
  { position, topic }: LogRecord,
  reason: string,
  setAsideAt: number
): Promise<void> {
  await transaction
    .tables<ProjectorTables>()
    .insertInto('projectorSetAside')
    .values({ position, topic, reason, setAsideAt })
    .execute()
}
