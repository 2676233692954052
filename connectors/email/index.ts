import { type ConnectorDefinition, defineConnector } from '../connector.ts'
import { createRecentMarks } from '../shared-formats/marks/recent-marks.ts'
import { checkSettings } from './check-settings.ts'
import { publishedTypes } from './inbound/event-items.ts'
import { parseMail } from './inbound/parse.ts'
import { poll } from './inbound/poll.ts'
import { deliver, lookUp } from './outbound/deliver.ts'
import { deliveredTypes } from './outbound/notice.ts'
import { type EmailSession, openSession } from './session.ts'
import { EmailSettings } from './settings.ts'

type EmailDefinition = ConnectorDefinition<typeof EmailSettings, EmailSession>

const definition: EmailDefinition = defineConnector({
  kind: 'email',
  summary: 'Sends notices and documents by e-mail (SMTP), and reads answers, failures and absences (IMAP).',
  settings: EmailSettings,
  checkSettings: async (settings) => checkSettings(settings),
  connect: openSession,
  async check({ mailbox, smtp }, { signal }) {
    await mailbox?.check(signal)
    await smtp?.verify()
  },
  forSettings: (settings) => ({ ...definition, ...halvesOf(settings) })
})

export default definition

/** Mails in doubt that are remembered, so that what comes of them is told, too. */
const mostDoubtful = 10_000

/** The halves that the settings of an instance ask for. */
function halvesOf(settings: EmailSettings): Partial<EmailDefinition> {
  const { smtp, imap } = settings
  const doubtful = createRecentMarks(mostDoubtful)
  return {
    ...(imap && {
      inbound: {
        ...{ types: publishedTypes, every: '1m' },
        poll: (session, cursor, io) => poll(session, cursor, { io, doubtful })
      },
      parse: (raw, reference, io) => parseMail(raw, reference, { settings, io })
    }),
    ...(smtp && {
      outbound: {
        types: deliveredTypes(settings),
        repeatable: false, // A person sees each mail.
        deliver: async ({ smtp: submission, recent }, event, io) =>
          submission && recent.during(() => deliver(event, submission, { settings, io })),
        ...(imap && {
          lookUp: async ({ mailbox }, event, io) => {
            const findCopy = async (id: string) => (await mailbox?.hasCopy(id, io.signal)) ?? false
            return lookUp(event, { findCopy, doubtful, settings, io })
          }
        })
      }
    })
  }
}
