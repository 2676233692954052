import type { EventDraft } from '#client/new-event.ts'
import { type Smsc, startSmsc } from '#deploy/outsides/smsc/smsc.ts'
import { recipientCodes } from '#tests/faults/province.ts'
import { type MeasureOptions, reported } from '../measure.ts'
import type { Measured } from '../results.ts'
import { compare, interleaved, type Sides } from '../rounds.ts'
import { type KindScene, openKindScene } from './kind-scene.ts'

const keys = ['sms-out', 'sms-in'] as const
const account = { systemId: 'bench', password: 'known' }
const [asking, sending] = recipientCodes
const inFlight = 64
/** Reports that a centre gives before the first is answered: a batch of the loop. */
const window = 100
/** Notices of a round per second of its duration. */
const perSecond = 500

/** How fast notices go to a message centre, and their delivery reports come back. */
export async function smsRows(options: MeasureOptions): Promise<readonly Measured[]> {
  const wanted = keys.filter((key) => options.rows.includes(key))
  if (wanted.length === 0) return []
  const [ours, bare] = await Promise.all([0, 1].map(() => startSmsc({ ...account, window })))
  if (!ours || !bare) throw new TypeError('a message centre did not start')
  const settings = { host: '127.0.0.1', port: ours.port, ...account, brandName: 'BENCH', window: inFlight }
  const instance = { name: 'sms', kind: 'sms', code: sending, changes: { maxInFlight: inFlight }, settings }
  const scene = await openKindScene(
    [instance],
    ['notification.requested.v1', 'notification.delivered.v1', 'notification.failed.v1']
  )
  try {
    const sides = sidesOf({ scene, ours, bare, count: Math.ceil(options.seconds * perSecond) })
    const measured: Measured[] = []
    for (const key of wanted)
      measured.push(reported(options, { key, ...compare(await interleaved(sides[key], options.rounds)) }))
    return measured
  } finally {
    await scene.end()
    await Promise.all([ours.close(), bare.close()])
  }
}

interface Places {
  readonly scene: KindScene
  readonly ours: Smsc
  /** The centre of the loops. */
  readonly bare: Smsc
  readonly count: number
}

function sidesOf({ scene, ours, bare, count }: Places): Readonly<Record<(typeof keys)[number], Sides>> {
  const send = () => {
    const before = ours.attempts.length
    return scene.outward('sms', Array.from({ length: count }, notice), () => ours.attempts.length > before)
  }
  const given = { count, port: bare.port, ...account, inFlight }
  return {
    'sms-out': { ours: send, baseline: () => scene.bare('sms-out', given) },
    'sms-in': {
      async ours() {
        const before = ours.messages.length
        await send()
        const measured = scene.inward(count, () => true)
        for (const message of ours.messages.slice(before)) ours.report(message, { state: 'DELIVRD' })
        return measured
      },
      async baseline() {
        const sent = ours.messages.slice(-count) // The loop reads only their numbers.
        for (const message of sent) bare.report(message, { state: 'DELIVRD' })
        return scene.bare('sms-in', { ...given, recipient: asking })
      }
    }
  }
}

let last = 0

function notice(): EventDraft {
  last += 1
  const notificationId = `TB-${last}`
  const data = {
    ...{ notificationId, channel: 'SMS', recipient: { address: '0901 234 567' }, urgent: false },
    ...{ text: 'Hồ sơ của ông bà đã có kết quả, mời đến bộ phận một cửa để nhận.', attachments: [] }
  }
  return { type: 'notification.requested.v1', subject: notificationId, recipients: [sending], data }
}
