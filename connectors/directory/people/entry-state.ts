import type { DirectoryEntry } from '../ldap/open-directory.ts'
import type { PersonState } from './person.ts'

export interface EntryState {
  readonly state: PersonState
  /** Only of closed ones: since when, `YYYY-MM-DD`. */
  readonly since: string | undefined
}

const closed = /^closed (\d{4}-\d{2}-\d{2})$/

/** The state that an entry is kept in, in `employeeType`; entries made by others have none. */
export function entryStateOf(entry: DirectoryEntry): EntryState | undefined {
  for (const value of entry.valuesOf('employeeType')) {
    if (value === 'active' || value === 'suspended') return { state: value, since: undefined }
    const since = closed.exec(value)?.[1]
    if (since !== undefined) return { state: 'closed', since }
  }
  return undefined
}

export function entryStateText({
  state,
  since
}: {
  readonly state: PersonState
  readonly since: string
}): string {
  return state === 'closed' ? `closed ${since}` : state
}

/** The name of the person: entries of others may have several `cn`, in any order. */
export function shownNameOf(entry: DirectoryEntry): string | undefined {
  return (entry.valuesOf('displayName')[0] ?? entry.valuesOf('cn')[0])?.normalize('NFC')
}

export const lock = '{X-LOCKED}'

/** What locks an entry. No scheme of a password has this name: servers refuse every password, and the hash is kept. */
export function lockedPassword(stored: string): string {
  return isLocked(stored) ? stored : lock + stored
}

export function unlockedPassword(stored: string): string {
  return isLocked(stored) ? stored.slice(lock.length) : stored
}

export function isLocked(stored: string): boolean {
  return stored.startsWith(lock)
}
