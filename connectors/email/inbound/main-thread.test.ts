import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lendIo } from '../../kit/lent-io.ts'
import { answerTo, type MailAnswer } from '../mail/answer.ts'
import { readHead } from '../mail/head.ts'
import { mayReport } from '../mail/programs.ts'
import type { EmailSettings } from '../settings.ts'
import { answered, isOwnMail, referenceOf } from './match.ts'
import { toItems } from './to-items.ts'

const own = { local: 'bus', domain: 'bus.test' }
const hash = 'ab'.repeat(32)
const settings = { from: 'bus@bus.test', imap: { unmatched: 'leave' } } as EmailSettings

/** Heads of strangers, by what they repeat. */
const heads: Readonly<Record<string, (text: (piece: string) => string) => string>> = {
  'a name without an end': (text) => `From: "${text('a')}" <a@b.vn>`,
  'a name of @': (text) => `From: "${text('@')}" <a@b.vn>`,
  'a name of half addresses': (text) => `From: "${text('a@ ')}" <a@b.vn>`,
  'recipients that are colons': (text) => `To: ${text(':')}`,
  'recipients in groups': (text) => `To: ${text('g:a@b;')}`,
  'recipients in no order': (text) => `To: ${text('a@b.vn,')}\nCc: ${text('(')}`,
  'recipients like its own': (text) => `To: ${text('bus+')}\nCc: ${text(`bus+${'a'.repeat(32)}@`)}`,
  'Message-IDs without an end': (text) => `References: ${text('<a')}\nIn-Reply-To: ${text('<lt.')}`,
  'senders like a server': (text) => `From: ${text('mail delivery ')}`,
  'a subject of spaces': (text) => `Subject: x${text(' ')}x`
}

/** What the main thread does with one mail: processor time, in ms. */
async function timeOf(piece: (text: (piece: string) => string) => string, length: number): Promise<number> {
  const head = piece((one) => one.repeat(Math.ceil(length / one.length)))
  const bytes = Buffer.from(`Message-ID: <a@b>\nIn-Reply-To: <lt.${hash}@bus.test>\n${head}\n\nx\n`)
  const [answer] = await answerTo([bytes])
  const times: number[] = []
  for (let turn = 0; turn < 3; turn += 1) times.push(await measure(bytes, answer))
  return Math.min(...times)
}

async function measure(bytes: Buffer, answer: MailAnswer | undefined): Promise<number> {
  const before = process.cpuUsage()
  const fields = readHead(bytes)
  isOwnMail(fields, own)
  assert.ok(answered(fields, own).length > 0)
  mayReport(fields)
  const given = {
    fields,
    bytes,
    size: bytes.length,
    isCut: false,
    receivedAt: 0,
    reference: referenceOf(fields)
  }
  const find = async () => ({ hash, notificationId: 'TB-1' })
  const io = lendIo()
  await toItems(given, answer, { settings, own, io, find, findDoubtful: find, maySettle: () => false })
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

describe('email: heads of strangers on the thread of the bus', () => {
  for (const [name, piece] of Object.entries(heads)) {
    it(`take no longer than their length allows: ${name}`, async () => {
      const [short, long] = [await timeOf(piece, 16_000), await timeOf(piece, 64_000)]
      // Four times the length: sixteen times the time, where it grows with the square.
      assert.ok(long < 8 * short + 8, `${short} ms, then ${long} ms`)
      assert.ok(long < 60, `${long} ms`)
    })
  }
})
