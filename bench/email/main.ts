import { parseArgs } from 'node:util'
import { createComputing } from '#bus/fair-use/computing.ts'
import type { Polled } from '#connectors/connector.ts'
import email from '#connectors/email/index.ts'
import type { EmailSession } from '#connectors/email/session.ts'
import { EmailSettings } from '#connectors/email/settings.ts'
import { lendIo } from '#connectors/kit/lent-io.ts'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { fillSettings } from '#protocol/events/json-schema.ts'
import { type MailServers, startMailServers } from '#tests/helpers/servers/mail-servers.ts'
import { fillMailbox, readBare, sendBare } from './bare.ts'
import { noticeOf } from './notices.ts'

/**
 * `npm run bench:email [-- --mails 500 --rounds 3 --folder 50000]`: the kind against OpenSMTPD and Dovecot, beside
 * bare loops with the same libraries, in turns; and how long a large mailbox takes to be opened and looked through.
 */
const { values } = parseArgs({
  options: {
    mails: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '3' },
    folder: { type: 'string', default: '50000' }
  }
})
const [mails, rounds, folder] = [values.mails, values.rounds, values.folder].map(Number) as [
  number,
  number,
  number
]
const tell = (line: string): void => void process.stdout.write(`${line}\n`)
const atOnce = 8

const cleanups = collectCleanups()
try {
  const servers = await startMailServers(cleanups, { mailboxes: ['bus', 'an', 'large'] })
  await compareSending(servers)
  await compareReading(servers)
  await openLarge(servers)
} finally {
  await cleanups.end()
}

async function open(servers: MailServers, { smtp = true, user = 'bus' } = {}) {
  const { ports, password } = servers
  const local = { host: '127.0.0.1', security: 'none', allowPrivateAddresses: true }
  const from = `${user}@bus.test`
  const settings = {
    from,
    ...(smtp
      ? { smtp: { ...local, port: ports.smtp, connections: atOnce, reports: false } }
      : { imap: { ...local, port: ports.imap, user: from, password } })
  }
  fillSettings(EmailSettings, settings)
  const computing = createComputing()
  cleanups.after(computing.close)
  const io = lendIo({ compute: computing.computeFor('000.00.91.H03'), signal: new AbortController().signal })
  const definition = email.forSettings?.(settings as unknown as EmailSettings) ?? email
  const session: EmailSession = await definition.connect(settings as unknown as EmailSettings, io)
  return { definition, session, io }
}

/** Mails that a server took, a second. */
async function compareSending(servers: MailServers): Promise<void> {
  const { definition, session, io } = await open(servers)
  const own = async (): Promise<void> => {
    let left = mails
    const send = async (): Promise<void> => {
      while (left-- > 0) io.keep((await definition.outbound?.deliver?.(session, noticeOf(), io))?.marks)
    }
    await Promise.all(Array.from({ length: atOnce }, send))
  }
  const bare = (): Promise<void> => sendBare(servers.ports.smtp, mails, atOnce)
  tell(`sending, mails a second: ${await ratio(own, bare)}`)
  await session.close()
}

/** Mails of a folder that were read and became events, a second. */
async function compareReading(servers: MailServers): Promise<void> {
  const { session, definition, io } = await open(servers, { smtp: false })
  const answers = Array.from({ length: mails }, () => noticeOf())
  for (const { hash, event } of answers) {
    const sent = { hash, notificationId: event.subject, agency: io.agency }
    io.keep({ [`mail:${hash.slice(0, 32)}`]: JSON.stringify(sent) })
  }
  await fillMailbox(
    servers,
    'bus',
    answers.map(({ hash }) => hash)
  )
  const own = async (): Promise<void> => {
    let [cursor, items]: [string | undefined, number] = [undefined, 0]
    for (let more = true; more; ) {
      const polled: Polled | undefined = await definition.inbound?.poll(session, cursor, io)
      cursor = polled?.cursor
      items += polled?.items.length ?? 0
      more = polled?.more ?? false
    }
    if (items !== mails) throw new TypeError(`${items} of ${mails} answers were read`)
  }
  tell(`reading, answers a second: ${await ratio(own, () => readBare(servers, 'bus', mails))}`)
  await session.close()
}

async function openLarge(servers: MailServers): Promise<void> {
  await fillMailbox(
    servers,
    'large',
    Array.from({ length: folder }, (_, number) => String(number))
  )
  const before = performance.now()
  const { session, definition, io } = await open(servers, { smtp: false, user: 'large' })
  let cursor = (await definition.inbound?.poll(session, undefined, io))?.cursor
  const openedMs = performance.now() - before
  let most = process.memoryUsage().rss
  for (let more = true; more; ) {
    const polled: Polled | undefined = await definition.inbound?.poll(session, cursor, io)
    cursor = polled?.cursor
    more = polled?.more ?? false
    most = Math.max(most, process.memoryUsage().rss)
  }
  const ms = performance.now() - before
  tell(
    `a folder of ${folder}: opened in ${Math.round(openedMs)} ms, looked through in ${Math.round(ms)} ms, ${most >> 20} MiB at most`
  )
  await session.close()
}

/** The median of rounds in turns. */
async function ratio(own: () => Promise<void>, bare: () => Promise<void>): Promise<string> {
  const times: [number[], number[]] = [[], []]
  for (let round = 0; round <= rounds; round += 1) {
    for (const [side, work] of [own, bare].entries()) {
      const before = performance.now()
      await work()
      if (round > 0) times[side]?.push(performance.now() - before)
    }
  }
  const [ours = 1, theirs = 1] = times.map((some) => some.toSorted((a, b) => a - b)[some.length >> 1] ?? 1)
  const rate = (ms: number): string => ((mails * 1000) / ms).toFixed(0)
  return `${rate(ours)} against ${rate(theirs)} of the bare loop, ${(theirs / ours).toFixed(2)}`
}
