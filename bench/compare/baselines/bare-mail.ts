import { ImapFlow } from 'imapflow'
import { createTransport } from 'nodemailer'
import PostalMime from 'postal-mime'
import type { Client } from '#client/client.ts'
import { type EventDraft, newEvent } from '#client/new-event.ts'

const batch = 100

/** Reads the last mails of an inbox as `imapflow` and `postal-mime` do, and publishes them as signed batches. */
export async function publishMails(
  client: Client,
  { port, user, password, count }: { port: number; user: string; password: string; count: number },
  published: (events: number) => void
): Promise<void> {
  const imap = new ImapFlow({
    ...{ host: '127.0.0.1', port, secure: false, doSTARTTLS: false, logger: false },
    auth: { user, pass: password }
  })
  await imap.connect()
  const { exists } = await imap.mailboxOpen('INBOX')
  let drafts: EventDraft[] = []
  for await (const { source } of imap.fetch(`${exists - count + 1}:*`, { source: true })) {
    const {
      messageId = '',
      from,
      subject: title = '',
      text = '',
      date
    } = await PostalMime.parse(source ?? '')
    const answer = {
      notificationId: messageId,
      channel: 'EMAIL',
      kind: 'REPLY',
      title,
      text,
      attachments: []
    }
    const data = { ...answer, answeredAt: date ?? '', from: { address: from?.address ?? '' } }
    drafts.push({ type: 'notification.answered.v1', subject: messageId, data })
    if (drafts.length < batch) continue
    await client.publish(...drafts.map((draft) => newEvent(client.system, draft)))
    published(drafts.length)
    drafts = []
  }
  imap.close()
}

/** A program that sends a text by mail. */
export function createMailer(port: number, maxConnections: number) {
  const smtp = createTransport({ host: '127.0.0.1', port, secure: false, pool: true, maxConnections })
  const send = ({ id }: { readonly id: string }): Promise<unknown> =>
    smtp.sendMail({ from: 'sends@bus.test', to: 'an@bus.test', subject: `Thông báo ${id}`, text: 'Nội dung' })
  return { send, close: () => smtp.close() }
}
