import { ImapFlow } from 'imapflow'
import { createTransport } from 'nodemailer'
import PostalMime from 'postal-mime'
import { withMailbox } from '#connectors/email/fixtures/mailbox.ts'
import type { MailServers } from '#tests/helpers/servers/mail-servers.ts'

const address = (user: string): string => `${user}@bus.test`

/** What anybody would write with the library to send mail. */
export async function sendBare(port: number, count: number, atOnce: number): Promise<void> {
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    secure: false,
    pool: true,
    maxConnections: atOnce
  })
  let left = count
  const send = async (): Promise<void> => {
    while (left-- > 0)
      await transport.sendMail({
        from: address('bus'),
        to: address('an'),
        subject: 'Thông báo',
        text: 'Nội dung'
      })
  }
  await Promise.all(Array.from({ length: atOnce }, send))
  transport.close()
}

/** What anybody would write with the libraries to read mail. */
export async function readBare({ ports, password }: MailServers, user: string, count: number): Promise<void> {
  const client = new ImapFlow({
    ...{ host: '127.0.0.1', port: ports.imap, secure: false, doSTARTTLS: false, logger: false },
    auth: { user: address(user), pass: password }
  })
  await client.connect()
  await client.mailboxOpen('INBOX')
  let read = 0
  for await (const { source } of client.fetch('1:*', { source: true })) {
    if (source) await PostalMime.parse(source)
    read += 1
  }
  client.close()
  if (read !== count) throw new TypeError(`${read} of ${count} mails were read`)
}

/** Puts mails into a mailbox: answers to the notices of these hashes, or mails that answer none. */
export async function fillMailbox(mail: MailServers, user: string, hashes: readonly string[]): Promise<void> {
  await withMailbox(mail, address(user), async (client) => {
    for (const [number, hash] of hashes.entries()) {
      const head = `Message-ID: <answer-${number}@x.vn>\r\nFrom: an@bus.test\r\nTo: ${address(user)}\r\nSubject: Re\r\n`
      const reply = hash.length === 64 ? `In-Reply-To: <lt.${hash}@bus.test>\r\n` : ''
      await client.append('INBOX', `${head}${reply}\r\n${'Nội dung trả lời. '.repeat(20)}\r\n`)
    }
  })
}
