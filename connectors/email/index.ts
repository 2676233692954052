import { type ConnectorDefinition, defineConnector } from '../connector.ts'
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

/** The halves that the settings of an instance ask for. */
function halvesOf(settings: EmailSettings): Partial<EmailDefinition> {
  const { smtp, imap } = settings
  return {
    ...(imap && {
      inbound: { types: publishedTypes, every: '1m', poll },
      parse: (raw, reference, io) => parseMail(raw, reference, { settings, io })
    }),
    ...(smtp && {
      outbound: {
        types: deliveredTypes(settings),
        repeatable: false, // A person sees each mail.
        deliver: async ({ smtp: submission, recent }, event, io) =>
          submission && recent.during(() => deliver(event, submission, { settings, io })),
        ...(imap?.copies && {
          lookUp: async ({ mailbox }, event, io) =>
            lookUp(event, async (id) => (await mailbox?.hasCopy(id, io.signal)) ?? false, { settings, io })
        })
      }
    })
  }
}
