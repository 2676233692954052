import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type VectorCase, vectorCases } from '../fixtures/vectors.ts'
import { isReport, toReport } from '../inbound/reports.ts'
import { tags } from '../smpp/commands.ts'
import { readPdu, writePdu } from '../smpp/pdu.ts'
import { idForms, isFinal, readReceipt } from './receipt.ts'

const names = {
  submit_date: 'submitDate',
  done_date: 'doneDate',
  stat: 'state',
  err: 'error',
  sub: 'submitted',
  dlvrd: 'delivered'
} as const

describe('delivery reports, by the vectors', () => {
  for (const one of vectorCases('receipts')) it(`${one.id} ${one.kind}`, () => check(one))
})

function check({ text, expected, tlv, esm_class: kind = 4 }: VectorCase): void {
  const message = readPdu(
    writePdu({
      ...{ command: 'deliver_sm', sequence: 1 },
      fields: { esm_class: kind, short_message: Buffer.from(text, 'latin1'), source_addr: '84901234567' },
      tlvs: tlv
        ? [
            { tag: tags.receiptedMessageId, value: Buffer.from(`${tlv.receipted_message_id}\0`) },
            { tag: tags.messageState, value: Buffer.from([tlv.message_state]) }
          ]
        : []
    })
  )
  if (expected.is_receipt === false) return assert.equal(isReport(message), false)
  assert.equal(isReport(message), true)
  const receipt = readReceipt(text) as unknown as Readonly<Record<string, unknown>>
  const report = toReport(message, text, 0)
  for (const [name, value] of Object.entries(expected)) {
    if (value === null) continue // Not given.
    if (name === 'final') assert.equal(report && isFinal(report.state), value)
    else if (name === 'delivered') assert.equal(report?.state === 'DELIVRD', value)
    else if (tlv && name === 'stat') assert.equal(report?.state, value)
    else if (tlv && name === 'id') assert.ok(report?.ids.includes(String(value)))
    else assert.equal(receipt[names[name as keyof typeof names] ?? name], value, name)
  }
}

describe('forms of ids', () => {
  it('the form that was written comes first', () => assert.equal(idForms('123456')[0], '123456'))
  it('hex and decimal are one number, in both directions', () => {
    assert.ok(idForms('1891273321').includes('70BA8A69'))
    assert.ok(idForms('70BA8A69').includes('1891273321'))
    assert.ok(idForms('0000436949').includes('6aad5'))
  })
  it('an id that is no number has no other number', () => {
    assert.deepEqual(idForms('c87c2273-7edb'), ['c87c2273-7edb', 'C87C2273-7EDB'])
  })
})
