import type { ConnectorIo, Session } from '../connector.ts'
import { readAddress } from './address.ts'
import { type Mailbox, openMailbox } from './servers/imap.ts'
import { openSmtp, type Submission } from './servers/smtp.ts'
import type { EmailSettings } from './settings.ts'

export interface EmailSession extends Session {
  readonly settings: EmailSettings
  readonly smtp: Submission | undefined
  readonly mailbox: Mailbox | undefined
}

export async function openSession(settings: EmailSettings, io: ConnectorIo): Promise<EmailSession> {
  const { smtp, imap } = settings
  const clientName = readAddress(settings.from)?.domain ?? 'localhost'
  const opened: { close(): unknown }[] = []
  try {
    const mailbox = imap && (await openMailbox(imap, io))
    if (mailbox) opened.push(mailbox)
    const submission = smtp && (await openSmtp(smtp, clientName, io.log))
    if (submission) opened.push(submission)
    await submission?.verify()
    return {
      ...{ settings, mailbox, smtp: submission },
      async close() {
        for (const one of opened) one.close()
      }
    }
  } catch (error) {
    for (const one of opened) one.close()
    throw error
  }
}
