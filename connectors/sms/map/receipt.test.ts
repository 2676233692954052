import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type VectorCase, vectorCases } from '../fixtures/vectors.ts'
import { isReport, toReport } from '../inbound/reports.ts'
import { tags } from '../smpp/commands.ts'
import { readPdu, type Tlv, writePdu } from '../smpp/pdu.ts'
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
  const report = toReport(message, readReceipt(text), 0)
  for (const [name, value] of Object.entries(expected)) {
    if (value === null) continue // Not given.
    if (name === 'final') assert.equal(report && isFinal(report.state), value)
    else if (name === 'delivered') assert.equal(report?.state === 'DELIVRD', value)
    else if (tlv && name === 'stat') assert.equal(report?.state, value)
    else if (tlv && name === 'id') assert.ok(report?.ids.includes(String(value)))
    else assert.equal(receipt[names[name as keyof typeof names] ?? name], value, name)
  }
}

describe('a report', () => {
  const report = (text: string, tlvs: readonly Tlv[] = [], kind = 4) => {
    const fields = { esm_class: kind, short_message: Buffer.from(text), source_addr: '84901234567' }
    const message = readPdu(writePdu({ command: 'deliver_sm', sequence: 1, fields, tlvs }))
    return isReport(message) ? toReport(message, readReceipt(text), 0) : undefined
  }
  const id: Tlv = { tag: tags.receiptedMessageId, value: Buffer.from('77 \0') }

  it('whose fields have no value is not read as if the next field were it', () => {
    const receipt = readReceipt(
      'id: sub:001 dlvrd: submit date: done date:2502030801 stat:DELIVRD err: text:'
    )
    assert.deepEqual(receipt, { submitted: 1, doneDate: '2025-02-03T08:01', state: 'DELIVRD', text: '' })
  })

  const words = [
    ['Delivered', 'DELIVRD'],
    ['DELIVERD', 'DELIVRD'],
    ['UNDELIVERABLE', 'UNDELIV'],
    ['FAILED', 'UNDELIV'],
    ['NOT-DELIVERED', 'UNDELIV'],
    ['EXPIRD', 'EXPIRED'],
    ['REJECTED', 'REJECTD'],
    ['BLACKLISTED', 'REJECTD'],
    ['CANCELLED', 'DELETED'],
    ['BUFFERED', 'ENROUTE'],
    ['SUBMITTED', 'ENROUTE'],
    ['ACCEPTED', 'ACCEPTD'],
    ['5', 'UNDELIV']
  ] as const
  for (const [word, state] of words)
    it(`with stat:${word} is ${state}`, () => assert.equal(readReceipt(`id:1 stat:${word}`).state, state))

  it('with a word that nobody knows has no state, unless a parameter says it', () => {
    assert.equal(readReceipt('id:1 stat:QWERTY').unknownState, 'QWERTY')
    assert.equal(report('id:1 stat:QWERTY'), undefined)
    assert.equal(
      report('id:1 stat:QWERTY', [{ tag: tags.messageState, value: Buffer.from([9]) }])?.state,
      'UNDELIV'
    )
  })

  it('is known by the id that only the centre sets, whatever its class', () => {
    assert.deepEqual(report('stat:DELIVRD', [id], 0)?.ids, ['77'])
    assert.equal(report('stat:DELIVRD id:77', [], 0), undefined)
  })

  it('takes the error of the network where its text has none', () => {
    const network: Tlv = { tag: tags.networkErrorCode, value: Buffer.from([3, 0, 27]) }
    assert.equal(report('stat:UNDELIV', [id, network])?.error, '3:27')
    assert.equal(report('stat:UNDELIV err:021', [id, network])?.error, '021')
    const none: Tlv = { tag: tags.networkErrorCode, value: Buffer.from([3, 0, 0]) }
    assert.equal(report('stat:DELIVRD', [id, none])?.error, undefined)
  })
})

describe('forms of ids', () => {
  it('zeros before a number may be missing, or be too many', () => {
    assert.ok(idForms('436949').includes('0000436949'))
    assert.ok(idForms('6aad5').includes('0006AAD5'))
    assert.ok(idForms('0000436949').includes('436949'))
  })
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
