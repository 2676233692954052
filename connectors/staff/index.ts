import { defineConnector } from '../connector.ts'
import { checkSettings } from './check-settings.ts'
import { createPersonReader } from './map/to-person.ts'
import { type ListsSession, pollLists } from './poll-lists.ts'
import { type OutboxSession, pollOutbox } from './poll-outbox.ts'
import { StaffSettings } from './settings.ts'
import { openListFolder } from './sources/list-folder.ts'
import { openStaffDatabase } from './sources/staff-database.ts'

type StaffSession = ListsSession | OutboxSession

export default defineConnector({
  kind: 'staff',
  summary: 'Publishes who joins, moves, changes and leaves, from lists or the database of the staff system.',
  settings: StaffSettings,
  checkSettings,
  async connect(settings, io): Promise<StaffSession> {
    const { csv, postgres } = settings
    const readPerson = createPersonReader(settings)
    if (postgres) {
      const database = await openStaffDatabase(postgres, io)
      return { settings, readPerson, database, close: () => database.close() }
    }
    if (!csv) throw new TypeError('checkSettings lets nobody pass without a source')
    return { settings, csv, readPerson, folder: await openListFolder(csv), async close() {} }
  },
  inbound: {
    types: ['account.opened.v1', 'account.changed.v2', 'account.closed.v1'],
    every: '30s',
    poll: (session, cursor, io) =>
      'folder' in session ? pollLists(session, cursor, io) : pollOutbox(session, cursor, io)
  },
  check: (session, { signal }) =>
    'folder' in session ? session.folder.check() : session.database.check(signal)
})
