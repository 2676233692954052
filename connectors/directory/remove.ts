import { rm } from 'node:fs/promises'
import { handedOutFile } from './accounts/handed-out.ts'
import { entryStateOf } from './people/entry-state.ts'
import { dayOf } from './people/person.ts'
import type { DirectorySession } from './session.ts'

/** A closed account that was kept long enough. */
export interface Removable {
  readonly staffNumber: string
  readonly address: string
  readonly since: string
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
      const [staffNumber = '', address = ''] = [
        entry.valuesOf('employeeNumber')[0],
        entry.valuesOf('mail')[0]
      ]
      if (state === 'closed' && since !== undefined && since <= latest)
        found.push({ staffNumber, address, since, dn: entry.dn })
    }
  }
  return found
}

export async function removeAccount(
  { directory, settings }: DirectorySession,
  account: Removable
): Promise<void> {
  await directory.remove(account.dn)
  await rm(handedOutFile(settings.passwordFolder, account.staffNumber), { force: true })
}
