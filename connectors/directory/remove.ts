import { rm } from 'node:fs/promises'
import { handedOutFile } from './accounts/handed-out.ts'
import { attributeNaming } from './ldap/dn.ts'
import { entryStateOf } from './people/entry-state.ts'
import { dayOf } from './people/person.ts'
import type { DirectorySession } from './session.ts'

/** A closed account that was kept long enough. */
export interface Removable {
  readonly staffNumber: string
  readonly address: string
  readonly since: string
  readonly name: string
  readonly dn: string
}

const dayMs = 86_400_000

export async function removable(
  { directory, settings }: DirectorySession,
  now: number
): Promise<readonly Removable[]> {
  const latest = dayOf(now - settings.keepClosedDays * dayMs)
  const found: Removable[] = []
  for await (const page of directory.all()) {
    for (const entry of page) {
      const { state, since } = entryStateOf(entry) ?? {}
      const [staffNumber = '', address = '', name = ''] = ['employeeNumber', 'mail', 'uid'].map(
        (attribute) => entry.valuesOf(attribute)[0]
      )
      if (state === 'closed' && since !== undefined && since <= latest)
        found.push({ staffNumber, address, since, name, dn: entry.dn })
    }
  }
  return found
}

/**
 * Nothing of the person, but the name and the addresses: whoever got them next would get the mailbox, and the mail
 * that still comes.
 */
function remains({ name }: Removable): Readonly<Record<string, readonly string[]>> {
  const [text, none] = [[name], []]
  return {
    ...{ cn: text, sn: text, displayName: none, givenName: none, title: none, departmentNumber: none },
    ...{ employeeNumber: none, userPassword: none, employeeType: ['removed'] }
  }
}

export async function removeAccount(
  { directory, settings }: DirectorySession,
  account: Removable
): Promise<void> {
  const named = attributeNaming(account.dn)
  const changes = Object.entries(remains(account)).map(
    ([attribute, values]) => ({ operation: 'replace', attribute, values }) as const
  )
  await directory.modify(
    account.dn,
    changes.filter(({ attribute }) => attribute !== named)
  )
  await rm(handedOutFile(settings.passwordFolder, account.staffNumber), { force: true })
}
