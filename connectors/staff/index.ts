import { defineConnector } from '../connector.ts'
import { checkSettings } from './check-settings.ts'
import { createPersonReader } from './map/to-person.ts'
import { type ListsSession, pollLists } from './poll-lists.ts'
import { StaffSettings } from './settings.ts'
import { openListFolder } from './sources/list-folder.ts'

export default defineConnector({
  kind: 'staff',
  summary: 'Publishes who joins, moves, changes and leaves, from lists of the staff system.',
  settings: StaffSettings,
  checkSettings,
  async connect(settings): Promise<ListsSession> {
    const folder = await openListFolder(settings.csv.folder)
    return { settings, readPerson: createPersonReader(settings), folder, async close() {} }
  },
  inbound: {
    types: ['account.opened.v1', 'account.changed.v2', 'account.closed.v1'],
    every: '30s',
    poll: pollLists
  },
  check: ({ folder }) => folder.check()
})
