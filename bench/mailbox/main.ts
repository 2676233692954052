import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createComputing } from '#bus/fair-use/computing.ts'
import type { Polled } from '#connectors/connector.ts'
import email from '#connectors/email/index.ts'
import { EmailSettings } from '#connectors/email/settings.ts'
import { lendIo } from '#connectors/kit/lent-io.ts'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { fillSettings } from '#protocol/events/json-schema.ts'
import { type MailServers, startMailServers } from '#tests/helpers/servers/mail-servers.ts'

/**
 * `npm run bench:mailbox [-- --mails 50000]`: how long the kind `email` takes to open a mailbox of Dovecot and to
 * look through it, and how much memory; then again after all mails got new numbers (UIDVALIDITY). Every tenth mail
 * answers a notice of the instance.
 */
const { values } = parseArgs({ options: { mails: { type: 'string', default: '50000' } } })
const count = Number(values.mails)
const tell = (line: string): void => void process.stdout.write(`${line}\n`)
const cleanups = collectCleanups()
const computing = createComputing()
cleanups.after(computing.close)
const io = lendIo({
  compute: computing.computeFor('000.00.91.H03'),
  signal: new AbortController().signal
})

try {
  const mail = await startMailServers(cleanups, { mailboxes: ['bus'] })
  const answered = Array.from({ length: count / 10 }, () => randomBytes(32).toString('hex'))
  for (const hash of answered)
    io.keep({ [`mail:${hash.slice(0, 32)}`]: JSON.stringify({ hash, notificationId: hash }) })
  mail.fill('bus', count, (path, number) => writeFileSync(path, mailOf(number, answered[number / 10])))
  const first = await lookThrough(mail, undefined)
  tell(`${count} mails: ${first.text}`)
  await mail.kill('dovecot')
  mail.renumber('bus')
  await mail.start('dovecot')
  const again = await lookThrough(mail, first.cursor)
  const added = [...again.references].filter((one) => !first.references.has(one)).length
  tell(`with new numbers: ${again.text}; ${added} answers not known before`)
} finally {
  await cleanups.end()
}

async function lookThrough({ ports, password }: MailServers, since: string | undefined) {
  const user = 'bus@bus.test'
  const local = { host: '127.0.0.1', security: 'none', allowPrivateAddresses: true }
  const settings = { from: user, imap: { ...local, port: ports.imap, user, password } }
  fillSettings(EmailSettings, settings)
  const filled = settings as unknown as EmailSettings
  const references = new Set<string>()
  const rss = process.memoryUsage.rss()
  const before = performance.now()
  const session = await email.connect(filled, io)
  const { inbound } = email.forSettings?.(filled) ?? email
  let [cursor, openedMs, most] = [since, 0, 0]
  for (let more = true; more; ) {
    const polled: Polled | undefined = await inbound?.poll(session, cursor, io)
    openedMs ||= performance.now() - before
    for (const { reference } of polled?.items ?? []) references.add(reference)
    cursor = polled?.cursor
    more = polled?.more ?? false
    most = Math.max(most, process.memoryUsage.rss())
  }
  const ms = performance.now() - before
  await session.close()
  const [opened, through, mib] = [openedMs, ms, most / 1_048_576].map(Math.round)
  const text = `first 500 read after ${opened} ms, all after ${through} ms, ${references.size} answers, ${mib} MiB at most (${Math.round(rss / 1_048_576)} before)`
  return { cursor, references, text }
}

/** Of some 4 KiB, as mails that pass several servers have. */
function mailOf(number: number, answers: string | undefined): string {
  const received =
    'Received: from mx1.example.vn by mx2.example.vn; Thu, 26 Nov 2026 00:00:00 +0000\n'.repeat(8)
  const reply = answers === undefined ? '' : `In-Reply-To: <lt.${answers}@bus.test>\n`
  const head = `Message-ID: <mail-${number}@x.vn>\nFrom: an@x.vn\nTo: bus@bus.test\nSubject: Re\n${reply}`
  return `${received}${head}\n${'Nội dung trả lời. '.repeat(140)}\n`
}
