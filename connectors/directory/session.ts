import type { ConnectorIo, Session } from '../connector.ts'
import { type Directory, openDirectory } from './ldap/open-directory.ts'
import type { DirectorySettings } from './settings.ts'

/** What an instance keeps between its calls. */
export interface DirectorySession extends Session {
  readonly settings: DirectorySettings
  readonly directory: Directory
  /** Does one after the other what chooses an address, so that no two people get the same. */
  readonly inOrder: <Result>(work: () => Promise<Result>) => Promise<Result>
}

export async function openSession(
  settings: DirectorySettings,
  { signal }: Pick<ConnectorIo, 'signal'>
): Promise<DirectorySession> {
  const directory = await openDirectory(settings, signal)
  let last: Promise<unknown> = Promise.resolve()
  return {
    settings,
    directory,
    inOrder(work) {
      const mine = last.then(work, work)
      last = mine.catch(() => {})
      return mine
    },
    close: () => directory.close()
  }
}
