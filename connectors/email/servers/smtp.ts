import { Transform } from 'node:stream'
import { createTransport, type SendMailOptions } from 'nodemailer'
import type { ConnectorIo } from '../../connector.ts'
import type { SmtpSettings } from '../settings.ts'
import { readText, serverOptionsOf } from './server-options.ts'
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
        privateKey: await readText(dkim.keyFile, 'smtp.dkim.keyFile'),
        cacheDir: false as const
      }
    })
  })
  transport.on('error', () => {}) // Told by what waits for an answer.
  const composed = new WeakSet<object>()
  transport.use('stream', (mail, done: () => void) => {
    const { key } = mail.data as { readonly key?: object }
    // The server has the mail only after its last byte.
    if (key) mail.message.transform(() => atEnd(() => composed.add(key)))
    done()
  })
  const where = { host: settings.host, user: settings.user ?? '' }
  return {
    async submit(mail, signal) {
      const key = {}
      const [recipient] = mail.envelope.to
      try {
        const { envelope, ...data } = mail
        const sent = await transport.sendMail({
          ...{ ...data, key, signal },
          envelope: { from: envelope.from, to: [...envelope.to] }
        } as SendMailOptions)
        const failed: readonly { readonly recipient?: string }[] = sent.rejectedErrors ?? []
        const own = failed.find((error) => error.recipient === recipient)
        if (own) return rejectedOrThrow(own)
        if (failed.length > 0) log.warn({}, 'the server did not take the address of copies; see imap.copies')
        return { response: sent.response }
      } catch (error) {
        return rejectedOrThrow(error, composed.has(key))
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

  function rejectedOrThrow(error: unknown, maySent = false): Submitted {
    const rejection = isRejection(error)
    if (rejection) return { rejected: rejection }
    throw toSmtpFault(error, where, maySent)
  }
}

function atEnd(tell: () => void): Transform {
  return new Transform({
    transform: (chunk, _encoding, done) => done(null, chunk),
    flush(done) {
      tell()
      done()
    }
  })
}
