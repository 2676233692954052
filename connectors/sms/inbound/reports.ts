import type { InboundItem, Marks } from '../../connector.ts'
import { idForms, isFinal, type Receipt, stateOfNumber } from '../map/receipt.ts'
import {
  type MarkReader,
  type PartStates,
  partOf,
  personOf,
  type SentNotice,
  statesMarks,
  statesOf,
  withoutPart
} from '../notices.ts'
import type { SmsSettings } from '../settings.ts'
import { tags } from '../smpp/commands.ts'
import type { Pdu } from '../smpp/pdu.ts'
import { tlvNumber, tlvOctets, tlvText } from '../smpp/tlv-values.ts'
import { type DoubtfulNotice, findDoubtful } from './doubtful.ts'
import type { HeldReport } from './held-report.ts'
import { toOutcomeItem } from './to-outcome.ts'

const kinds = { mask: 0x3c, receipt: 0x04, intermediate: 0x20 }

/**
 * Whether a message of the centre is a delivery report: by its class, or by a parameter that only the centre sets. A
 * person may write what looks like one.
 */
export function isReport({ fields, tlvs }: Pdu): boolean {
  const kind = Number(fields.esm_class ?? 0) & kinds.mask
  const isKind = kind === kinds.receipt || kind === kinds.intermediate
  return isKind || tlvs.some(({ tag }) => tag === tags.receiptedMessageId)
}

/** Undefined for a report without an id or a state: it says nothing. */
export function toReport(message: Pdu, receipt: Receipt, at: number): HeldReport | undefined {
  const tlvId = tlvText(message, tags.receiptedMessageId)?.trim()
  const number = tlvNumber(message, tags.messageState)
  const state = receipt.state ?? (number === undefined ? undefined : stateOfNumber(number))
  const ids = [tlvId, receipt.id].filter((id) => id !== undefined && id !== '')
  if (ids.length === 0 || state === undefined) return undefined
  const { source_addr: source, destination_addr: destination } = message.fields
  return {
    ids: ids as string[],
    state,
    at,
    people: [source, destination].map((one) => personOf(String(one ?? ''))),
    reference: tlvNumber(message, tags.userMessageReference),
    ...{
      error: receipt.error ?? networkError(message),
      doneDate: receipt.doneDate,
      text: receipt.text?.slice(0, 20)
    }
  }
}

/** The kind of network and its code (SMPP 3.4, 5.3.2.31), such as `3:27`; for a network that reports none, undefined. */
function networkError(message: Pdu): string | undefined {
  const value = tlvOctets(message, tags.networkErrorCode)
  if (value?.length !== 3 || value.readUInt16BE(1) === 0) return undefined
  return `${value[0]}:${value.readUInt16BE(1)}`
}

/** What becomes of a report. */
export type Judged =
  | {
      readonly items: readonly InboundItem[]
      readonly doubtful?: DoubtfulNotice | null
      readonly of?: DoubtfulNotice
    }
  | 'unknown'

export interface JudgeOptions {
  readonly settings: SmsSettings
  readonly doubtful: readonly DoubtfulNotice[]
  /** Whether the id of the report may become known yet. */
  readonly isEarly: boolean
  readonly read: MarkReader
  readonly now: number
}

/** Finds the notice of a report. A notice has arrived when all its messages have, and has failed when one has not. */
export async function judge(report: HeldReport, options: JudgeOptions): Promise<Judged> {
  if (!isFinal(report.state)) return { items: [] }
  const known = await findKnown(report, options.read)
  if (known) {
    const { id, part, ...notice } = known
    const states = notice.parts > 1 ? await statesOf(notice.event, options.read) : {}
    const after = { ...states, [part]: report.state }
    const isWhole = Object.keys(after).length >= notice.parts
    const marks = {
      ...withoutPart(id),
      ...(notice.parts > 1 && statesMarks(notice.event, isWhole ? null : after))
    }
    return { items: toItems(notice, { report, part, states, after, marks, options }) }
  }
  const found = findDoubtful(options.doubtful, report, options.isEarly)
  if (!found) return 'unknown'
  const { notice, part } = found
  const after = { ...notice.states, [part]: report.state }
  const isWhole = Object.keys(after).length >= notice.parts
  return {
    items: toItems(notice, { report, part, states: notice.states, after, marks: {}, options }),
    of: notice,
    doubtful: isWhole ? null : { ...notice, states: after }
  }
}

/** The id as written counts before what it may be in another form, and that only for the same number. */
async function findKnown({ ids, people }: HeldReport, read: MarkReader) {
  for (const id of ids) {
    const part = await partOf(id, read)
    if (part) return { ...part, id }
  }
  for (const id of new Set(ids.flatMap(idForms))) {
    const part = await partOf(id, read)
    if (part && people.includes(part.person)) return { ...part, id }
  }
  return undefined
}

interface Judging {
  readonly report: HeldReport
  readonly part: number
  /** Before and after this report. */
  readonly states: PartStates
  readonly after: PartStates
  readonly marks: Marks
  readonly options: JudgeOptions
}

function toItems(
  notice: SentNotice,
  { report, part, states, after, marks, options }: Judging
): readonly InboundItem[] {
  const hasFailed = (some: PartStates): boolean => Object.values(some).some((state) => state !== 'DELIVRD')
  const isDelivered = !hasFailed(after) && Object.keys(after).length >= notice.parts
  const isNews = isDelivered || (hasFailed(after) && !hasFailed(states))
  if (isNews) return [{ ...toOutcomeItem(notice, report, options), marks }]
  const reference = `${notice.event}:part-${part}:${report.state}`
  return [{ reference, settles: { event: notice.event, as: 'done' }, marks }]
}
