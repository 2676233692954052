import { defineConnector, type Session } from '../connector.ts'
import { checkSettings } from './check-settings.ts'
import { createPersonReader } from './map/to-person.ts'
import { type ListsSession, pollLists } from './poll-lists.ts'
import { StaffSettings } from './settings.ts'
import { openListFolder } from './sources/list-folder.ts'

/** One of both. */
interface StaffSession extends Session {
  readonly lists?: ListsSession
}

const none = { items: [], cursor: '' }

export default defineConnector({
  kind: 'staff',
  summary: 'Publishes who joins, moves, changes and leaves, from lists or the database of the staff system.',
  settings: StaffSettings,
  checkSettings,
  async connect(settings): Promise<StaffSession> {
    const { csv } = settings
    const readPerson = createPersonReader(settings)
    const lists = csv && { settings, csv, readPerson, folder: await openListFolder(csv.folder) }
    return { ...(lists && { lists }), async close() {} }
  },
  inbound: {
    types: ['account.opened.v1', 'account.changed.v2', 'account.closed.v1'],
    every: '30s',
    poll: async ({ lists }, cursor, io) => (lists ? pollLists(lists, cursor, io) : none)
  },
  async check({ lists }) {
    await lists?.folder.check()
  }
})
