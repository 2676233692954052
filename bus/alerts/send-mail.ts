import { readFile } from 'node:fs/promises'
import type { MailChannel } from './alert-config.ts'
import type { AlertMessage } from './alert-message.ts'

const timeoutMs = 15_000

/** Sends a message to all recipients. Resolves with those that the server refused; rejects if it took none. */
export async function sendMail(
  settings: MailChannel,
  message: AlertMessage,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal }
): Promise<readonly string[]> {
  const { host, port, security, authoritiesFile, user, password, passwordFile, from, to } = settings
  const { createTransport } = await import('nodemailer') // Loaded only where mail is sent.
  const ca = authoritiesFile === undefined ? {} : { ca: await readFile(authoritiesFile) }
  const pass = passwordFile === undefined ? password : (await readFile(passwordFile, 'utf8')).trim()
  const transport = createTransport({
    ...{ host, port, logger: false, tls: { ...ca, minVersion: 'TLSv1.2' } },
    ...{ secure: security === 'tls', requireTLS: security === 'starttls', ignoreTLS: security === 'none' },
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    ...{ dnsTimeout: timeoutMs, disableFileAccess: true, disableUrlAccess: true },
    ...(user === undefined || pass === undefined ? {} : { auth: { user, pass } })
  })
  try {
    const sent = await transport.sendMail({
      ...{ from, to, envelope: { from, to }, subject: message.subject, text: message.text },
      ...{ messageId: `<${id}@${from.split('@')[1]}>`, signal },
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }
    })
    return sent.rejected
  } finally {
    transport.close()
  }
}
