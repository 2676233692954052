import { defineConnector } from '../connector.ts'
import { applyDue } from './accounts/apply-due.ts'
import { deliver } from './accounts/deliver.ts'
import { checkFolder } from './accounts/handed-out.ts'
import { checkSettings } from './check-settings.ts'
import { eventTypes } from './people/person.ts'
import { openSession } from './session.ts'
import { DirectorySettings } from './settings.ts'

export default defineConnector({
  kind: 'directory',
  summary: 'Keeps the accounts of staff in an LDAP directory, and thereby their mailboxes.',
  settings: DirectorySettings,
  checkSettings,
  connect: openSession,
  outbound: {
    types: eventTypes,
    // Each delivery compares with the directory first, and changes only what differs.
    repeatable: true,
    // Who left must not get in any longer.
    urgency: ({ type }) => (type === 'account.closed.v1' ? 4 : 0),
    deliver
  },
  // Publishes nothing: it applies what begins to hold today.
  inbound: { types: [], every: '10m', poll: applyDue },
  async check({ directory, settings }) {
    await checkFolder(settings.passwordFolder)
    await directory.check()
  }
})
