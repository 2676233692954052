import { ImapFlow } from 'imapflow'
import PostalMime, { type Email } from 'postal-mime'
import { eventually } from '../party.ts'
import { stepTimeoutMs } from '../scenario-options.ts'

/** A mailbox on this machine, as its owner has it. */
export interface Mailbox {
  readonly port: number
  readonly address: string
  readonly password: string
}

/** Signs in by IMAP, and reads the inbox. Rejects if the server does not let the owner in. */
export async function readInbox({ port, address, password }: Mailbox): Promise<readonly Email[]> {
  const auth = { user: address, pass: password }
  const imap = new ImapFlow({ host: '127.0.0.1', port, secure: false, auth, logger: false })
  imap.on('error', () => {}) // What fails rejects.
  try {
    await imap.connect()
    const { exists } = await imap.mailboxOpen('INBOX', { readOnly: true })
    const mails = exists === 0 ? [] : await imap.fetchAll('1:*', { source: true })
    return await Promise.all(mails.flatMap(({ source }) => (source ? [PostalMime.parse(source)] : [])))
  } finally {
    imap.close()
  }
}

/** Waits for a mail whose title has this text. */
export function findMail(mailbox: Mailbox, title: string): Promise<Email> {
  const look = async () => (await readInbox(mailbox)).find(({ subject = '' }) => subject.includes(title))
  return eventually(look, stepTimeoutMs, {
    vi: `hộp thư ${mailbox.address} không có thư về ${title}`,
    en: `the mailbox ${mailbox.address} has no mail about ${title}`
  })
}
