import type { Person } from '../map/person.ts'
import type { Account, Accounts } from './accounts.ts'
import { type Change, changesOf, closing } from './changes-of.ts'

/** A complete list of the people who work here. */
export interface StaffList {
  readonly people: readonly Person[]
  /** Staff numbers of rows that are held: these people are neither changed nor closed. */
  readonly held: ReadonlySet<string>
  /** Day from which changes hold if the list does not say, `YYYY-MM-DD`. */
  readonly day: string
}

/** What changed since the bus was told last: first the people of the list in their order, then those who left it. */
export function compareList({ people, held, day }: StaffList, accounts: Accounts): readonly Change[] {
  const changes = people.flatMap((person) => changesOf(accounts.get(person.staffNumber), person, day))
  const there = new Set(people.map(({ staffNumber }) => staffNumber))
  const gone: Account[] = []
  for (const account of accounts.all()) {
    const { staffNumber } = account
    if (!there.has(staffNumber) && !held.has(staffNumber)) gone.push(account)
  }
  return [...changes, ...gone.map((account) => closing(account, 'OTHER', day))]
}

export interface ClosingLimit {
  readonly maxClosedShare: number
  readonly alwaysClosed: number
}

/** Whether so many closings, of so many accounts, need a person to say yes. */
export function judgeClosings(
  closes: number,
  known: number,
  { maxClosedShare, alwaysClosed }: ClosingLimit
): { readonly limit: number; readonly isHeld: boolean } {
  const limit = Math.max(alwaysClosed, Math.floor(known * maxClosedShare))
  return { limit, isHeld: closes > limit || (closes > 0 && closes >= known) }
}
