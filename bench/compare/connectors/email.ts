import { writeFileSync } from 'node:fs'
import type { EventDraft } from '#client/new-event.ts'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { recipientCodes, senderCode } from '#tests/faults/province.ts'
import { type MailServers, startMailServers } from '#tests/helpers/servers/mail-servers.ts'
import { missingServers } from '#tests/helpers/servers/needs.ts'
import { type MeasureOptions, reported } from '../measure.ts'
import type { Measured } from '../results.ts'
import { compare, interleaved, type Sides } from '../rounds.ts'
import { type KindScene, openKindScene } from './kind-scene.ts'

const keys = ['email-in', 'email-out'] as const
type Key = (typeof keys)[number]
const [, sending] = recipientCodes
const inFlight = 8
/** Mails that are read and sent in a round, per second of its duration: whole batches of the bare loop. */
const perSecond = { read: 400, sent: 60 }

/** How fast mails come from Dovecot, and go to OpenSMTPD. */
export async function emailRows(options: MeasureOptions): Promise<readonly Measured[]> {
  const { rows, rounds, seconds, tell } = options
  const wanted = keys.filter((key) => rows.includes(key))
  if (wanted.length === 0) return []
  const missing = missingServers('dovecot', 'opensmtpd')
  if (missing !== undefined) {
    tell(`not run: ${wanted.join(', ')} (${missing})`)
    return []
  }
  const cleanups = collectCleanups()
  try {
    const mail = await startMailServers(cleanups, { mailboxes: ['reads', 'sends', 'an'] })
    const types = ['notification.requested.v1', 'notification.answered.v1']
    const scene = await openKindScene(instancesOf(mail), types)
    cleanups.after(() => scene.end())
    const sides: Record<Key, Sides> = {
      'email-in': readingSides(scene, mail, Math.ceil(seconds * perSecond.read)),
      'email-out': sendingSides(scene, mail, Math.ceil(seconds * perSecond.sent))
    }
    const measured: Measured[] = []
    for (const key of wanted)
      measured.push(reported(options, { key, ...compare(await interleaved(sides[key], rounds)) }))
    return measured
  } finally {
    await cleanups.end()
  }
}

function instancesOf({ ports, password }: MailServers) {
  const local = { host: '127.0.0.1', security: 'none', allowPrivateAddresses: true }
  const access = { ...local, port: ports.imap, user: 'reads@bus.test', password }
  const smtp = { ...local, port: ports.smtp, connections: inFlight, reports: false }
  const common = { kind: 'email', changes: { maxInFlight: inFlight } }
  return [
    {
      ...{ ...common, name: 'reads', code: senderCode },
      settings: { from: access.user, imap: { ...access, unmatched: 'publish' } }
    },
    { ...common, name: 'sends', code: sending, settings: { from: 'sends@bus.test', smtp } }
  ]
}

function readingSides(scene: KindScene, mail: MailServers, count: number): Sides {
  let written = 0
  return {
    async ours() {
      await scene.act('pause', 'reads')
      mail.fill('reads', count, (path) => {
        written += 1
        writeFileSync(path, answer(written))
      })
      const measured = scene.inward(count, () => true)
      await scene.act('resume', 'reads')
      return measured
    },
    baseline: () =>
      scene.bare('email-in', {
        ...{ count, url: String(mail.ports.imap), user: 'reads@bus.test', password: mail.password }
      })
  }
}

function sendingSides(scene: KindScene, mail: MailServers, count: number): Sides {
  let drafted = 0
  const draft = (): EventDraft => {
    drafted += 1
    const subject = `TB-${drafted}`
    const notice = {
      notificationId: subject,
      channel: 'EMAIL',
      title: `Thông báo ${drafted}`,
      text: 'Nội dung'
    }
    const data = { ...notice, recipient: { address: 'an@bus.test' }, urgent: false, attachments: [] }
    return { type: 'notification.requested.v1', subject, recipients: [sending], data }
  }
  return {
    ours: () => scene.outward('sends', Array.from({ length: count }, draft), () => scene.hasBegun('sends')),
    baseline: () => scene.bare('email-out', { count, url: String(mail.ports.smtp), inFlight })
  }
}

function answer(number: number): string {
  const date = new Date(Date.now() - 60_000).toUTCString()
  const head = ['From: an@bus.test', 'To: reads@bus.test', 'Subject: Re', `Date: ${date}`]
  return `Message-ID: <answer-${number}@x.vn>\n${head.join('\n')}\n\n${'Nội dung trả lời. '.repeat(20)}\n`
}
