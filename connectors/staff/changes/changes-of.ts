import type { JsonObject } from '#protocol/events/json.ts'
import type { Person, Post } from '../map/person.ts'
import type { Status } from '../map/statuses.ts'
import type { Account } from './accounts.ts'
import { isSameName } from './same-name.ts'

/** One event, and what is known of the person once it is sent. */
export interface Change {
  readonly type: 'account.opened.v1' | 'account.changed.v2' | 'account.closed.v1'
  readonly staffNumber: string
  readonly data: JsonObject
  /** Undefined: the account is closed. */
  readonly after: Account | undefined
}

export const isClosing = ({ after }: Change): boolean => after === undefined

type Kind = 'MOVED' | 'ROLE_CHANGED' | 'RENAMED' | 'SUSPENDED' | 'RESUMED' | 'SECONDED' | 'SECONDMENT_ENDED'

const reasons: Readonly<Record<Exclude<Status, 'working' | 'on-leave'>, string>> = {
  retired: 'RETIRED',
  resigned: 'RESIGNED',
  left: 'OTHER'
}

/**
 * What changed of a person since the bus was told last, as events in order. `today`: the day from which a change
 * holds if the staff system does not say.
 */
export function changesOf(before: Account | undefined, person: Person, today: string): readonly Change[] {
  const { status, staffNumber } = person
  const day = person.effectiveDate ?? today
  if (status !== 'working' && status !== 'on-leave') {
    return before ? [closing(before, reasons[status], day)] : []
  }
  const opened = before ? [] : [opening(person, day)]
  let known: Account = before ?? accountOf(person)
  const changed: Change[] = []
  const add = (change: Kind, values: Partial<Account>, further: JsonObject = {}): void => {
    known = { ...known, ...values }
    changed.push({
      type: 'account.changed.v2',
      staffNumber,
      after: known,
      data: { ...shared(known, day), change, secondPosts: known.secondPosts.map(postOf), ...further }
    })
  }
  const { fullName, unit, position, secondPosts } = person
  if (!isSameName(fullName, known.fullName)) add('RENAMED', { fullName }, { previousName: known.fullName })
  if (unit !== known.unit) add('MOVED', { unit, position }, { previousUnit: known.unit })
  else if (position !== known.position) add('ROLE_CHANGED', { position })
  if (keysOf(secondPosts) !== keysOf(known.secondPosts)) {
    const had = new Set(known.secondPosts.map(keyOf))
    const isMore = secondPosts.some((post) => !had.has(keyOf(post)))
    add(isMore ? 'SECONDED' : 'SECONDMENT_ENDED', { secondPosts })
  }
  const isOnLeave = status === 'on-leave'
  if (isOnLeave !== known.isOnLeave) add(isOnLeave ? 'SUSPENDED' : 'RESUMED', { isOnLeave })
  return [...opened, ...changed]
}

/** A person who is not in the staff system any more. */
export function closing(account: Account, reason: string, day: string): Change {
  const { staffNumber, unit } = account
  const data = { staffNumber, unit, reason, effectiveDate: day }
  return { type: 'account.closed.v1', staffNumber, data, after: undefined }
}

/** `account.opened.v1` has no second posts: they follow as a change. */
function opening(person: Person, day: string): Change {
  const after = accountOf(person)
  const { mailAddress } = person
  const data = { ...shared(after, day), ...(mailAddress === undefined ? {} : { mailAddress }) }
  return { type: 'account.opened.v1', staffNumber: person.staffNumber, data, after }
}

function accountOf({ staffNumber, fullName, unit, position }: Person): Account {
  return { staffNumber, fullName, unit, position, secondPosts: [], isOnLeave: false }
}

function shared({ staffNumber, fullName, unit, position }: Account, day: string): JsonObject {
  return { staffNumber, fullName, unit, ...(position === null ? {} : { position }), effectiveDate: day }
}

function postOf({ unit, position }: Post): JsonObject {
  return { unit, ...(position === null ? {} : { position }) }
}

function keyOf({ unit, position }: Post): string {
  return JSON.stringify([unit, position])
}

function keysOf(posts: readonly Post[]): string {
  return posts.map(keyOf).sort().join()
}
