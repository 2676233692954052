import { createTransport, type SendMailOptions } from 'nodemailer'
import type { ConnectorIo } from '../../connector.ts'
import type { SmtpSettings } from '../settings.ts'
import { readDkimKey } from './dkim-key.ts'
import { type Handing, handOnlyToRecipient } from './guard-mail.ts'
import { serverOptionsOf } from './server-options.ts'
import { isRejection, type SmtpRejection, toSmtpFault } from './smtp-errors.ts'

/** A mail, composed by the library, and its envelope. */
export interface OutgoingMail extends Omit<SendMailOptions, 'envelope'> {
  readonly envelope: { readonly from: string; readonly to: readonly [string, ...string[]] }
}

/** What became of a mail: taken, or its first recipient rejected for good. */
export type Submitted = { readonly response: string } | { readonly rejected: SmtpRejection }

/** Connections to the server that takes mail of the agency. */
export interface Submission {
  /** Rejects with a fault; where the server may have the mail, with one that does not say that it was never sent. */
  submit(mail: OutgoingMail, signal: AbortSignal): Promise<Submitted>
  /** Connects and logs in. */
  verify(): Promise<void>
  close(): void
}

/** Mails that one connection takes before it is replaced. */
const mailsPerConnection = 100
const idleMs = 15_000
const maxResponseBytes = 65_536

export async function openSmtp(
  settings: SmtpSettings,
  clientName: string,
  log: ConnectorIo['log']
): Promise<Submission> {
  const { port, security, timeoutMs, connections, dkim } = settings
  const { host, serverName, tls, credentials } = await serverOptionsOf(settings, 'smtp')
  const transport = createTransport({
    ...{ pool: true, host, port, servername: serverName, tls, name: clientName, logger: false },
    ...{ secure: security === 'tls', requireTLS: security === 'starttls', ignoreTLS: security === 'none' },
    ...{ maxConnections: connections, maxMessages: mailsPerConnection, maxRequeues: 0, idleTimeout: idleMs },
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    ...{ dnsTimeout: timeoutMs, maxResponseSize: maxResponseBytes, socketCloseTimeout: 0 },
    ...{ disableFileAccess: true, disableUrlAccess: true },
    ...(credentials && { auth: credentials }),
    ...(dkim && {
      dkim: {
        domainName: dkim.domain,
        keySelector: dkim.selector,
        privateKey: await readDkimKey(dkim.keyFile),
        cacheDir: false as const
      }
    })
  })
  transport.on('error', () => {}) // Told by what waits for an answer.
  transport.use('stream', (mail, done: () => void) => {
    const { handing } = mail.data as { readonly handing?: Handing }
    if (handing) handOnlyToRecipient(mail.message as never, handing)
    done()
  })
  const where = { host: settings.host, user: settings.user ?? '' }
  return {
    async submit(mail, signal) {
      const handing: Handing = { recipient: mail.envelope.to[0], isDone: false }
      try {
        const { envelope, ...data } = mail
        const sent = await transport.sendMail({
          ...{ ...data, handing, signal },
          envelope: { from: envelope.from, to: [...envelope.to] }
        } as SendMailOptions)
        if (sent.rejectedErrors?.length)
          log.warn({}, 'the server did not take the address of copies; see imap.copies')
        return { response: sent.response }
      } catch (given) {
        const error = handing.refusal ?? given
        const rejected = isRejection(error)
        if (rejected) return { rejected }
        throw toSmtpFault(error, where, handing.isDone)
      }
    },
    async verify() {
      try {
        await transport.verify()
      } catch (error) {
        throw toSmtpFault(error, where, false)
      }
    },
    close: () => transport.close()
  }
}
