import { BusError } from '#protocol/errors/bus-error.ts'
import { markFault } from '../marks.ts'
import type { ItemToStore } from './item-to-store.ts'

export const maxReferenceLength = 1000

/** Whether a reference can be stored. */
export function isReference(reference: unknown): reference is string {
  return isText(reference) && reference !== '' && reference.length <= maxReferenceLength
}

/** Why the reference or a mark of an item cannot be stored. */
export function namingFault({ reference, marks }: ItemToStore): BusError | undefined {
  if (!isReference(reference)) {
    return new BusError('BUS_ITEM_INVALID', 'reference-malformed', { values: { limit: maxReferenceLength } })
  }
  return Object.entries(marks ?? {})
    .map(([key, value]) => markFault(key, value))
    .find((fault) => fault !== undefined)
}

/** Why the report, the answer or the fault of an item is not one. The kind may come from elsewhere. */
export function memberFault(item: ItemToStore): BusError | undefined {
  if ('settles' in item && item.settles !== undefined && !isReport(item.settles)) return malformed('settles')
  if ('answers' in item && item.answers !== undefined && !isAnswer(item.answers)) return malformed('answers')
  if ('fault' in item && !((item.fault as unknown) instanceof BusError)) return malformed('fault')
  return undefined
}

/** The fault of a draft, whatever building its event threw: the draft is the kind's. */
export function draftFault(error: unknown): BusError {
  return error instanceof BusError ? error : malformed('event', error)
}

function malformed(member: string, cause?: unknown): BusError {
  return new BusError('BUS_ITEM_INVALID', 'item-malformed', { cause, values: { member } })
}

function isReport(value: unknown): boolean {
  const { event, as } = membersOf(value)
  return isText(event) && (as === 'done' || as === 'not-done')
}

function isAnswer(value: unknown): boolean {
  const { sender, subject, state, code, reason = '' } = membersOf(value)
  return [sender, subject, code, reason].every(isText) && (state === 'accepted' || state === 'rejected')
}

/** The store's texts contain no NUL. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0')
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
