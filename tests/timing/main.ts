import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { newEvent } from '#client/new-event.ts'
import { createSigner } from '#client/signer.ts'
import { readKey } from '#runtime/keyring.ts'
import { startBus } from '../faults/bus-process.ts'
import { exampleDocument } from '../faults/load.ts'
import { keyFileOf, makeProvince, recipientCodes, senderCode, systemOf } from '../faults/province.ts'

/**
 * `npm run timing`: whether the time of an answer tells what is stored. An agency asks for events and
 * attachments of others and for such that do not exist, in random order, and the medians are compared. Run
 * it on a machine that does nothing else. `--asks N` of each; `--events N` list the attachment.
 */
const { values } = parseArgs({
  options: { asks: { type: 'string', default: '1000' }, events: { type: 'string', default: '1' } }
})
const mostMs = 0.1
const folder = mkdtempSync(join(tmpdir(), 'lienthong-timing-'))
const bus = await startBus({ folder, port: 0 })
if (!bus) throw new TypeError('the bus did not start')
try {
  process.exitCode = (await compareAll(bus.gateway)) ? 0 : 1
} finally {
  bus.kill()
  await bus.ended
  rmSync(folder, { recursive: true, force: true })
}

/** What is asked for: addresses of what another agency has, and of what nobody has. */
interface Question {
  readonly what: string
  readonly method: 'GET' | 'HEAD'
  readonly foreign: () => string
  readonly absent: () => string
}

async function compareAll(gateway: string): Promise<boolean> {
  const clients = await makeProvince(gateway, folder, { timeoutMs: 60_000 })
  const [recipient = '', , stranger = ''] = recipientCodes
  const sender = clients.get(senderCode)
  if (!sender) throw new TypeError('no sender')
  const bytes = randomBytes(1000)
  const attachment = await sender.attach('a.bin', 'application/octet-stream', bytes)
  const published: { hash: string; source: string; id: string }[] = []
  for (let number = 0; number < Math.max(50, Number(values.events)); number += 1) {
    const attachments = number < Number(values.events) ? [attachment] : []
    const subject = `${senderCode},2026/11/24,${number}/SMA-VP`
    const data = { ...exampleDocument, documentId: subject, attachments }
    const event = newEvent(sender.system, {
      type: 'document.issued.v1',
      subject,
      recipients: [recipient],
      data
    })
    const [result] = await sender.publish(event)
    if (result?.status !== 'accepted') throw new TypeError(`not accepted: ${JSON.stringify(result)}`)
    published.push({ hash: result.hash ?? '', source: event.source, id: event.id })
  }
  const some = () =>
    published[Math.floor(Math.random() * published.length)] ?? { hash: '', source: '', id: '' }
  const digest = (): string => createHash('sha256').update(randomUUID()).digest('hex')
  const named = (source: string, id: string): string => `/v1/events?${new URLSearchParams({ source, id })}`
  const questions: readonly Question[] = [
    {
      what: 'an event by hash',
      method: 'GET',
      foreign: () => `/v1/events/${some().hash}`,
      absent: () => `/v1/events/${digest()}`
    },
    {
      what: 'an event by name',
      method: 'GET',
      foreign: () => named(some().source, some().id),
      absent: () => named(some().source, randomUUID())
    },
    ...(['GET', 'HEAD'] as const).map((method) => ({
      what: `an attachment, ${method}`,
      method,
      foreign: () => `/v1/attachments/${attachment.sha256}`,
      absent: () => `/v1/attachments/${digest()}`
    }))
  ]
  const { privateJwk } = await readKey(keyFileOf(folder, stranger))
  const signer = await createSigner({ system: systemOf(stranger), key: privateJwk, audience: gateway })
  let isEqual = true
  for (const question of questions)
    isEqual = (await compare(question, gateway, await signer.plain())) && isEqual
  return isEqual
}

async function compare(
  { what, method, foreign, absent }: Question,
  gateway: string,
  token: string
): Promise<boolean> {
  const times = { foreign: [] as number[], absent: [] as number[] }
  const warmUp = 200
  for (let ask = 0; ask < 2 * (Number(values.asks) + warmUp); ask += 1) {
    const kind = ask % 4 === 0 || ask % 4 === 3 ? 'foreign' : 'absent' // Neither always follows the other.
    const path = kind === 'foreign' ? foreign() : absent()
    const began = process.hrtime.bigint()
    const response = await fetch(gateway + path, { method, headers: { authorization: `Bearer ${token}` } })
    await response.arrayBuffer()
    const ms = Number(process.hrtime.bigint() - began) / 1e6
    if (response.status !== 404) throw new TypeError(`${path} was answered ${response.status}`)
    if (ask >= 2 * warmUp) times[kind].push(ms)
  }
  const [ofForeign, ofAbsent] = [median(times.foreign), median(times.absent)]
  const difference = Math.abs(ofForeign - ofAbsent)
  const verdict = difference <= mostMs ? 'ok    ' : 'TELLS '
  process.stdout.write(
    `${verdict} ${what}: of others ${ofForeign.toFixed(3)} ms, absent ${ofAbsent.toFixed(3)} ms, difference ${difference.toFixed(3)} ms\n`
  )
  return difference <= mostMs
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0
}
