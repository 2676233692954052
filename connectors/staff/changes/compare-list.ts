import type { Person } from '../map/person.ts'
import type { Account, Accounts } from './accounts.ts'
import { type Change, changesOf, closing } from './changes-of.ts'

/** A complete list of the people who work here. */
export interface StaffList {
  readonly people: readonly Person[]
  /** Staff numbers of rows that are held: these people are neither changed nor closed. */
  readonly held: ReadonlySet<string>
  /** A row that is held may be of anybody: nobody is closed for not being in the list. */
  readonly mayMissPeople: boolean
  /** Day from which changes hold if the list does not say, `YYYY-MM-DD`. */
  readonly day: string
}

/** What changed since the bus was told last: first the people of the list in their order, then those who left it. */
export function compareList(
  { people, held, mayMissPeople, day }: StaffList,
  accounts: Accounts
): readonly Change[] {
  const changes = people.flatMap((person) => changesOf(accounts.get(person.staffNumber), person, day))
  const there = new Set(people.map(({ staffNumber }) => staffNumber))
  const gone: Account[] = []
  for (const account of mayMissPeople ? [] : accounts.all()) {
    const { staffNumber } = account
    if (!there.has(staffNumber) && !held.has(staffNumber)) gone.push(account)
  }
  return [...changes, ...gone.map((account) => closing(account, 'OTHER', day))]
}
