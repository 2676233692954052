import { createHash } from 'node:crypto'
import { agencyOf } from '#protocol/events/event.ts'
import type { NotificationRequestedV1 } from '#schemas/generated/notification.ts'
import type { ConnectorIo, EventDraft, Marks, OutboundEvent } from '../connector.ts'
import { comparable } from './map/number.ts'
import type { MessageState } from './map/receipt.ts'

/** What the instance keeps of a notice that it sent, until its last report. */
export interface SentNotice {
  readonly notificationId: string
  /** Hash and id of the event that asked for it, and its agency. */
  readonly event: string
  readonly eventId: string
  readonly sender: string
  readonly caseSubject?: string
  /** The flow of the event. */
  readonly correlationid?: string
  /** Stands for the telephone number: numbers are not kept. */
  readonly person: string
  readonly parts: number
}

/** A message of a notice, by the id that the centre gave it. */
export interface SentPart extends SentNotice {
  /** From 1. */
  readonly part: number
}

export type Asked = Pick<SentNotice, 'eventId' | 'sender' | 'correlationid'>

/** What becomes of a notice is told to the agency that asked for it, in the flow of its request. */
export function asAnswerTo({
  eventId,
  sender,
  correlationid
}: Asked): Pick<EventDraft, 'recipients' | 'causationid' | 'correlationid'> {
  return {
    ...{ recipients: [sender], causationid: eventId },
    ...(correlationid !== undefined && { correlationid })
  }
}

/** Stands for a telephone number, however it is written. */
export function personOf(number: string): string {
  return createHash('sha256').update(comparable(number)).digest('hex').slice(0, 32)
}

export function sentNotice({ event, hash }: OutboundEvent, number: string, parts: number): SentNotice {
  const { notificationId, caseSubject } = event.data as unknown as NotificationRequestedV1
  const { id: eventId, source, correlationid } = event
  return {
    ...{ notificationId, event: hash, eventId, sender: agencyOf(source) },
    ...(caseSubject != null && { caseSubject }),
    ...(correlationid !== undefined && { correlationid }),
    ...{ person: personOf(number), parts }
  }
}

const longestKey = 150

function messageKey(id: string): string {
  return `message:${id.length > longestKey ? createHash('sha256').update(id).digest('hex') : id}`
}

const noticeKey = (person: string): string => `notice:${person}`
const statesKey = (event: string): string => `states:${event}`

/** Marks of the messages of a notice, each under its id. */
export function partMarks(notice: SentNotice, ids: readonly (string | undefined)[]): Marks {
  const entries = ids.flatMap((id, index) => {
    const part: SentPart = { ...notice, part: index + 1 }
    return id === undefined ? [] : [[messageKey(id), JSON.stringify(part)] as const]
  })
  return Object.fromEntries(entries)
}

export function withoutPart(id: string): Marks {
  return { [messageKey(id)]: null }
}

/** Marks of the last notice to a person, which their answers are tied to. */
export function lastNoticeMarks(notice: SentNotice, sentAt: number): Marks {
  return { [noticeKey(notice.person)]: JSON.stringify({ ...notice, sentAt }) }
}

export type MarkReader = (key: string) => Promise<string | undefined>

export async function partOf(id: string, read: MarkReader): Promise<SentPart | undefined> {
  return parsed<SentPart>(await read(messageKey(id)))
}

export async function lastNoticeTo(
  number: string,
  { mark }: Pick<ConnectorIo, 'mark'>
): Promise<(SentNotice & { readonly sentAt: number }) | undefined> {
  return parsed(await mark(noticeKey(personOf(number))))
}

/** States of the parts of a long notice that were reported, by part. */
export type PartStates = Readonly<Record<number, MessageState>>

export async function statesOf(event: string, read: MarkReader): Promise<PartStates> {
  return parsed<PartStates>(await read(statesKey(event))) ?? {}
}

export function statesMarks(event: string, states: PartStates | null): Marks {
  return { [statesKey(event)]: states && JSON.stringify(states) }
}

function parsed<T>(text: string | undefined): T | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as T)
}
