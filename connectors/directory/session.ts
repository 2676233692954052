import type { ConnectorIo, Session } from '../connector.ts'
import { type Directory, openDirectory } from './ldap/open-directory.ts'
import { baseWithoutNumber } from './people/address.ts'
import { comparableNumber } from './people/person.ts'
import type { DirectorySettings } from './settings.ts'

/** What an instance keeps between its calls. */
export interface DirectorySession extends Session {
  readonly settings: DirectorySettings
  readonly directory: Directory
  /** Does one after the other what is about the same person, or chooses an address from the same base. */
  readonly inOrder: <Result>(key: PlaceInOrder, work: () => Promise<Result>) => Promise<Result>
}

type PlaceInOrder = { readonly staffNumber: string } | { readonly base: string }

export async function openSession(
  settings: DirectorySettings,
  { signal }: Pick<ConnectorIo, 'signal'>
): Promise<DirectorySession> {
  const directory = await openDirectory(settings, signal)
  return {
    settings,
    directory,
    inOrder: createOrder(),
    close: () => directory.close()
  }
}

function createOrder(): DirectorySession['inOrder'] {
  const last = new Map<string, Promise<unknown>>()
  return async (place, work) => {
    const key =
      'base' in place
        ? `base ${baseWithoutNumber(place.base)}`
        : `person ${comparableNumber(place.staffNumber)}`
    const mine = (last.get(key) ?? Promise.resolve()).then(work)
    const ended = mine.catch(() => {})
    last.set(key, ended)
    try {
      return await mine
    } finally {
      if (last.get(key) === ended) last.delete(key)
    }
  }
}
