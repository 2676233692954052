import { type ConnectorDefinition, defineConnector } from '../connector.ts'
import { checkSettings } from './check-settings.ts'
import { faults } from './faults.ts'
import { poll } from './inbound/poll.ts'
import { deliver, lookUp } from './outbound/deliver.ts'
import { openSession, type SmsSession } from './session.ts'
import { SmsSettings } from './settings.ts'
import { statuses, statusName } from './smpp/statuses.ts'

const definition: ConnectorDefinition<typeof SmsSettings, SmsSession> = defineConnector({
  kind: 'sms',
  summary:
    'Sends notices as brand-name SMS through a message centre (SMPP 3.4), and reports what became of them.',
  settings: SmsSettings,
  checkSettings,
  connect: openSession,
  async check({ connection }) {
    const { status } = await connection.request({ command: 'enquire_link' })
    if (status !== statuses.ok) throw faults.bindFailed({ values: { status: statusName(status) } })
  },
  outbound: {
    types: ['notification.requested.v1'],
    repeatable: false, // Nobody gets a message twice.
    urgency: ({ data }) => ((data as { readonly urgent?: unknown }).urgent === true ? 3 : 0),
    deliver,
    lookUp
  },
  inbound: {
    types: ['notification.delivered.v1', 'notification.failed.v1', 'notification.answered.v1'],
    poll
  }
})

export default definition
