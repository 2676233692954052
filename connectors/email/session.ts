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
  /** Counts mails that concern no mail of the instance, and tells the sum in the log. */
  readonly countUnmatched: (io: Pick<ConnectorIo, 'log'>, mails: number) => void
  /** Whether one more delivery that is not known may be reported; only so many an hour are. */
  readonly maySettle: (io: Pick<ConnectorIo, 'log'>) => boolean
}

const mostRecent = 1000
const mostSettlements = 100
const settlementsWithinMs = 3_600_000
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
    const kept = {
      recent: createRecentMarks(mostRecent),
      countUnmatched: createCount(),
      maySettle: limitSettlements()
    }
    return { settings, mailbox, smtp: submission, ...kept, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Anybody may name deliveries that never were, and each is looked for. */
function limitSettlements(): EmailSession['maySettle'] {
  let [count, since] = [0, performance.now()]
  return ({ log }) => {
    if (performance.now() - since > settlementsWithinMs) [count, since] = [0, performance.now()]
    count += 1
    if (count === mostSettlements + 1)
      log.warn(
        { most: mostSettlements },
        'many reports name mails that are not known; more are passed over for an hour'
      )
    return count <= mostSettlements
  }
}

function createCount(): EmailSession['countUnmatched'] {
  let [count, loggedAt] = [0, Number.NEGATIVE_INFINITY]
  return ({ log }, mails) => {
    count += mails
    if (count === 0 || performance.now() - loggedAt < loggedEveryMs) return
    log.info({ count }, 'mail that concerns no mail of this instance stays in the folder; see imap.unmatched')
    ;[count, loggedAt] = [0, performance.now()]
  }
}
