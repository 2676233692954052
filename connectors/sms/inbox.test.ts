import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createInbox } from './inbox.ts'
import { readPdu, writePdu } from './smpp/pdu.ts'

it('an inbox keeps 8 MB of messages; the centre is told to keep the others until some are stored', () => {
  const answers: number[] = []
  const respond = (_: object, status: number): void => void answers.push(status)
  const inbox = createInbox({ session: 'a', respond, wake() {}, now: Date.now })
  const payload = { tag: 0x0424, value: Buffer.alloc(60_000) }
  const message = readPdu(writePdu({ command: 'deliver_sm', sequence: 1, tlvs: [payload] }))
  for (let count = 0; count < 200; count += 1) inbox.add(message)
  assert.deepEqual(new Set(answers), new Set([0x14]))
  const kept = 200 - answers.length
  assert.ok(kept * message.size <= 8_388_608 && (kept + 1) * message.size > 8_388_608)
  inbox.stored(inbox.batch()?.name)
  assert.equal(answers.filter((status) => status === 0).length, kept)
  answers.length = 0
  inbox.add(message)
  assert.deepEqual(answers, [])
})
