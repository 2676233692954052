import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import { type AttachmentHold, holdAttachments } from '#bus/attachments/holds.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import type { BusError } from '#protocol/errors/bus-error.ts'
import { writeEvent } from '#protocol/events/hash.ts'
import type { JsonObject, StrictJson } from '#protocol/events/json.ts'
import type { Marks, Stored } from '../../connector.ts'
import type { ConnectorTables } from '../connector-tables.ts'
import { toDraftedEvent } from '../draft-event.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import { changesOf, writeMarks } from '../marks.ts'
import { type Report, settle } from '../outbound/settle.ts'
import { draftFault, isReference, memberFault, namingFault } from './item-fault.ts'
import type { ItemToStore } from './item-to-store.ts'

/** An item, as it is written. */
interface Prepared {
  readonly item: ItemToStore
  readonly reference: string
  readonly digest: string
  readonly marks: Marks
  /** Whether the outside knows the item by the reference. */
  readonly isNamed: boolean
  readonly event:
    | { readonly body: string; readonly hash: string; readonly data: JsonObject; readonly type: string }
    | undefined
  readonly fault: BusError | undefined
}

export type ItemRow = Omit<ConnectorTables['connectorItems'], 'number'>

const maxRawBytes = 1_048_576
const sha256Grammar = /^[0-9a-f]{64}$/

/**
 * Stores inbound items in a transaction of the caller, who has called the lease's guard: a reference is stored
 * once, for ever. Events are stored unsigned, faults quarantined, reports settled or kept until they can be;
 * attachments are held and marks written, those of a quarantined event once it is retried. An item whose reference or marks cannot be stored is quarantined without
 * them; one with a report, an answer or a fault that is none, without these and its event. Call `itemsStored` of the instance after the transaction.
 */
export async function storeItems(
  transaction: StoreTransaction,
  instance: HostedInstance,
  items: readonly ItemToStore[]
): Promise<readonly Stored[]> {
  const prepared = items.map((item) => prepare(instance, item))
  const unique = new Map(prepared.toReversed().map((one) => [one.digest, one]))
  const isFirst = (one: Prepared): boolean => unique.get(one.digest) === one
  const fresh = await storeReferences(transaction, instance, prepared.filter(isFirst))
  const isNew = (one: Prepared): boolean => isFirst(one) && fresh.has(one.digest)
  const added = prepared.filter(isNew)
  const rows: ItemRow[] = []
  const applied = await settle(transaction, instance, added.flatMap(reportOf))
  for (const one of added) rows.push(...(await rowsOf(transaction, instance, one, applied)))
  const repeated = prepared.filter((one) => isFirst(one) && !fresh.has(one.digest))
  rows.push(...(await toTellAgain(transaction, instance, repeated)))
  await insertItems(transaction, rows)
  await holdAttachments(
    transaction,
    added.flatMap((one) => holdsOf(instance, one))
  )
  const marks = added.filter((one) => !isRejected(one)).map((one) => one.marks)
  await writeMarks(transaction, instance, Object.assign({}, ...marks))
  return prepared.map((one) => {
    if (!isNew(one)) return 'repeated'
    return one.fault ? { quarantined: one.fault } : 'stored'
  })
}

/** Whether it is an event that cannot be published: nothing that is known of it is true yet. */
function isRejected({ item, fault }: Prepared): boolean {
  return fault !== undefined && 'event' in item
}

/** SHA-256 of a reference, hex. */
export function digestOf(reference: string): string {
  return createHash('sha256').update(reference).digest('hex')
}

/** Under what reference an item is stored: its own, or one made of its content if that cannot be stored. */
export function referenceOf(item: ItemToStore): string {
  const { reference } = item
  return isReference(reference)
    ? reference
    : `sha256:${digestOf(inspect(item, { depth: null, maxStringLength: null }))}`
}

/** Under what name an item holds its attachments. */
export function holderOf(instance: string, digest: string): string {
  return `connector ${instance} ${digest}`
}

/** A fault, as a row keeps it. */
export function writeFault(fault: BusError): string {
  return JSON.stringify({ code: fault.code, vi: fault.text('vi'), en: fault.text('en') })
}

/** Completes a draft; a fault of the draft is a fault of the item. */
function prepare({ system, now }: HostedInstance, item: ItemToStore): Prepared {
  const wrong = namingFault(item)
  const reference = referenceOf(item)
  const marks = wrong ? {} : (item.marks ?? {})
  const named = { item, reference, digest: digestOf(reference), marks, isNamed: reference === item.reference }
  const wrongMember = memberFault(item)
  const known = wrong ?? wrongMember ?? ('fault' in item ? item.fault : undefined)
  // An event is published with its report and its answer, or not at all.
  if (!('event' in item) || wrongMember) return { ...named, event: undefined, fault: known }
  try {
    const event = toDraftedEvent(system, item.event, now())
    const written = writeEvent(event as unknown as StrictJson)
    return { ...named, event: { ...written, data: event.data, type: event.type }, fault: known }
  } catch (error) {
    return { ...named, event: undefined, fault: known ?? draftFault(error) }
  }
}

/** Which references are new. */
async function storeReferences(
  transaction: StoreTransaction,
  { name: instance }: HostedInstance,
  prepared: readonly Prepared[]
): Promise<ReadonlySet<string>> {
  const db = transaction.tables<ConnectorTables>()
  const rows = prepared.map(({ digest, event }) => ({
    instance,
    reference: digest,
    event: event?.hash ?? null
  }))
  const stored = await inChunks(rows, (some) =>
    db
      .insertInto('connectorReferences')
      .values(some)
      .onConflict((on) => on.columns(['instance', 'reference']).doNothing())
      .returning('reference')
      .execute()
  )
  return new Set(stored.map(({ reference }) => reference))
}

/** The report of an item, if it has one that can be used. */
function reportOf({ item }: Prepared): readonly Report[] {
  return 'settles' in item && item.settles && !memberFault(item) ? [item.settles] : []
}

/**
 * What is still to be done for a new item. A report that cannot be applied yet is tried again, whatever becomes of
 * the rest of the item.
 */
async function rowsOf(
  transaction: StoreTransaction,
  instance: HostedInstance,
  prepared: Prepared,
  applied: ReadonlySet<Report>
): Promise<readonly ItemRow[]> {
  const { item, reference, digest, isNamed, event, fault } = prepared
  const blank = blankRow(instance, reference, digest)
  const [report] = reportOf(prepared)
  const isSettled = report === undefined || applied.has(report)
  const settles = JSON.stringify(report ?? null)
  const apart = event || fault ? 1 : 0
  const waiting = { ...blank, state: 'to-settle' as const, settles, acknowledgeAt: null, apart }
  const reports = isSettled ? [] : [waiting]
  const answers = 'answers' in item && item.answers ? JSON.stringify(item.answers) : null
  if (fault) {
    const raw = 'raw' in item && item.raw && item.raw.length <= maxRawBytes ? Buffer.from(item.raw) : null
    const changes = isRejected(prepared) ? await changesOf(transaction, instance, prepared.marks) : []
    const marks = changes.length > 0 ? JSON.stringify(changes) : null
    const row = { ...blank, state: 'quarantined' as const, fault: writeFault(fault), raw, marks }
    const ended = isNamed ? {} : { acknowledgeAt: null }
    return [{ ...row, ...ended, event: event?.body ?? null, answers: event ? answers : null }, ...reports]
  }
  if (!event) return isSettled ? [{ ...blank, state: 'done' }] : reports
  const state = 'to-publish' as const
  return [{ ...blank, state, event: event.body, answers, acknowledgeAt: null }, ...reports]
}

/** Items that the outside gives again although they are settled: it has not understood that, and is informed again. */
async function toTellAgain(
  transaction: StoreTransaction,
  instance: HostedInstance,
  repeated: readonly Prepared[]
): Promise<readonly ItemRow[]> {
  const named = repeated.filter(({ isNamed }) => isNamed)
  if (!instance.definition.inbound?.acknowledge || named.length === 0) return []
  const db = transaction.tables<ConnectorTables>()
  const open = await inChunks(
    named.map(({ digest }) => digest),
    (some) =>
      db
        .selectFrom('connectorItems')
        .select(['number', 'digest', 'state', 'acknowledgeAt'])
        .where('instance', '=', instance.name)
        .where('digest', 'in', some)
        .where('apart', '=', 0)
        .execute()
  )
  const acknowledged = open.filter(
    ({ state, acknowledgeAt }) => state === 'quarantined' && acknowledgeAt === null
  )
  const again = { acknowledgeAt: 0, acknowledgeFailures: 0, acknowledgeSince: instance.now() }
  await inChunks(
    acknowledged.map(({ number }) => number),
    (some) => db.updateTable('connectorItems').set(again).where('number', 'in', some).execute()
  )
  const known = new Set(open.map(({ digest }) => digest))
  return named
    .filter(({ digest }) => !known.has(digest))
    .map(({ reference, digest }) => ({ ...blankRow(instance, reference, digest), state: 'done' }))
}

/** A row of which nothing is known but its name. */
export function blankRow(
  instance: HostedInstance,
  reference: string,
  digest: string
): Omit<ItemRow, 'state'> {
  const at = instance.now()
  const none = { event: null, answers: null, settles: null, fault: null, raw: null, marks: null, apart: 0 }
  const acknowledgement = {
    acknowledgeAt: instance.definition.inbound?.acknowledge ? 0 : null,
    acknowledgeFailures: 0,
    acknowledgeSince: at
  }
  return { ...none, ...acknowledgement, instance: instance.name, reference, digest, storedAt: at, dueAt: at }
}

/** Writes rows, but those of which nothing is to be done any more. */
export async function insertItems(transaction: StoreTransaction, rows: readonly ItemRow[]): Promise<void> {
  const db = transaction.tables<ConnectorTables>()
  // Of what is done already, only what the outside must be informed of is kept.
  const kept = rows.filter(({ state, acknowledgeAt }) => state !== 'done' || acknowledgeAt !== null)
  await inChunks(kept, (some) =>
    db
      .insertInto('connectorItems')
      .values(some as unknown as readonly ConnectorTables['connectorItems'][]) // The store numbers them.
      .execute()
  )
}

/** The attachments of an item's event. A payload that is not as its schema says is rejected when it is published. */
function holdsOf(
  { name, agency, eventTypes }: HostedInstance,
  { digest, event }: Prepared
): AttachmentHold[] {
  const codec = event && eventTypes.current(event.type)?.codec
  if (!codec) return []
  const holder = holderOf(name, digest)
  try {
    const listed = codec.attachmentsIn(event.data).filter((one) => sha256Grammar.test(String(one?.sha256)))
    return listed.map(({ sha256 }) => ({ holder, agency, sha256 }))
  } catch {
    return []
  }
}
