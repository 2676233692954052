import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eventOf, notice, openSms, person } from '../fixtures/open.ts'
import { type Pdu, readPdu, type Tlv, writePdu } from '../smpp/pdu.ts'
import { readMessage } from './read-message.ts'

const ucs2 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()

function deliverSm(octets: Buffer, fields: object = {}, tlvs: readonly Tlv[] = []): Pdu {
  const all = { source_addr: person, short_message: octets, ...fields }
  return readPdu(writePdu({ command: 'deliver_sm', sequence: 1, fields: all, tlvs }))
}

const joining = (reference: number, total: number, number: number): readonly Tlv[] => [
  { tag: 0x020c, value: Buffer.from([reference >> 8, reference & 0xff]) },
  { tag: 0x020e, value: Buffer.from([total]) },
  { tag: 0x020f, value: Buffer.from([number]) }
]

describe('a message of the centre', () => {
  const codings = [
    [0x10, Buffer.from('flash'), 'flash'],
    [0x18, ucs2('Hẹn'), 'Hẹn'],
    [0xc8, Buffer.from('waits'), 'waits'],
    [0xe0, ucs2('Hẹn'), 'Hẹn'],
    [0xf0, Buffer.from('flash'), 'flash'],
    [0x04, Buffer.from('data'), undefined],
    [0xf4, Buffer.from('data'), undefined]
  ] as const
  for (const [coding, octets, text] of codings)
    it(`with data_coding 0x${coding.toString(16)} is ${text ?? 'no text'}`, () =>
      assert.equal(readMessage(deliverSm(octets, { data_coding: coding }))?.text, text))

  it('in septets of a national table is no text: its letters would be wrong', () => {
    const single = Buffer.concat([Buffer.from('03240101', 'hex'), Buffer.from('abc')])
    assert.equal(readMessage(deliverSm(single, { esm_class: 0x40 }))?.text, undefined)
    const common = Buffer.concat([Buffer.from('03240100', 'hex'), Buffer.from('abc')])
    assert.equal(readMessage(deliverSm(common, { esm_class: 0x40 }))?.text, 'abc')
  })

  it('is a part if its parameters say so, unless they make no sense', () => {
    const { joined } = readMessage(deliverSm(Buffer.from('a'), {}, joining(0x1234, 2, 1))) ?? {}
    assert.deepEqual(joined, { reference: 0x1234, referenceBits: 16, total: 2, number: 1 })
    assert.equal(readMessage(deliverSm(Buffer.from('a'), {}, joining(1, 2, 3)))?.joined, undefined)
  })

  it('in parts by parameters becomes one answer, in whatever order they come', async (t) => {
    const { smsc, deliver, items } = await openSms(t)
    await deliver(notice())
    for (const [number, text] of [
      [2, ucs2('giấy tờ')],
      [1, ucs2('Tôi đã nộp ')]
    ] as const)
      smsc.give({
        ...{ source_addr: person, data_coding: 8, short_message: text },
        ...{ sar_msg_ref_num: 300, sar_total_segments: 2, sar_segment_seqnum: number }
      })
    assert.equal(eventOf((await items(1))[0]).event.data.text, 'Tôi đã nộp giấy tờ')
  })
})
