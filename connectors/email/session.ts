import type { ConnectorIo, Session } from '../connector.ts'
import { createRecentMarks, type RecentMarks } from '../shared-formats/marks/recent-marks.ts'
import { readAddress } from './address.ts'
import { type Mailbox, openMailbox } from './servers/imap.ts'
import { openSmtp, type Submission } from './servers/smtp.ts'
import type { EmailSettings } from './settings.ts'

export interface EmailSession extends Session {
  readonly settings: EmailSettings
  readonly smtp: Submission | undefined
  readonly mailbox: Mailbox | undefined
  /** Of deliveries that just ended: a bounce may come before the host has stored them. */
  readonly recent: RecentMarks
  /** Counts a mail that concerns no mail of the instance, and tells the sum in the log. */
  readonly countUnmatched: (io: Pick<ConnectorIo, 'log'>) => void
  /** Whether one more delivery that is not known may be reported; only so many of a session are. */
  readonly maySettle: () => boolean
}

const mostRecent = 1000
const mostSettlements = 100
const loggedEveryMs = 60_000

export async function openSession(settings: EmailSettings, io: ConnectorIo): Promise<EmailSession> {
  const { smtp, imap } = settings
  const clientName = readAddress(settings.from)?.domain ?? 'localhost'
  const opened: { close(): void }[] = []
  const close = async (): Promise<void> => {
    for (const one of opened) one.close()
  }
  try {
    const mailbox = imap && (await openMailbox(imap, io))
    if (mailbox) opened.push(mailbox)
    const submission = smtp && (await openSmtp(smtp, clientName, io.log))
    if (submission) opened.push(submission)
    await submission?.verify()
    let settlements = 0
    const maySettle = (): boolean => {
      settlements += 1
      return settlements <= mostSettlements
    }
    const kept = { recent: createRecentMarks(mostRecent), countUnmatched: createCount(), maySettle }
    return { settings, mailbox, smtp: submission, ...kept, close }
  } catch (error) {
    await close()
    throw error
  }
}

function createCount(): EmailSession['countUnmatched'] {
  let [count, loggedAt] = [0, Number.NEGATIVE_INFINITY]
  return ({ log }) => {
    count += 1
    if (performance.now() - loggedAt < loggedEveryMs) return
    log.info({ count }, 'mail that concerns no mail of this instance stays in the folder; see imap.unmatched')
    ;[count, loggedAt] = [0, performance.now()]
  }
}
