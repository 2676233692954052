import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { OutboundEvent } from '../../connector.ts'
import { readPackage } from '../edxml/read-package.ts'
import { e, smallPackage, smallStatus } from '../fixtures/small.ts'
import { writtenPackage } from '../fixtures/written-package.ts'
import { forOneRecipient } from './for-one-recipient.ts'

const [first, second] = ['000.00.92.H03', '000.00.93.H03']
const note = (of: string): string => `<x:Note xmlns:x="urn:x">${of}</x:Note>`
const { type, data } = readPackage(
  Buffer.from(
    smallPackage({ message: e('ToPlaces', e('Place', 'Lưu: VT')) }).replace(
      '</e:To>',
      `${note(first)}</e:To>${e('To', e('OrganId', second), e('OrganName', 'Nơi nhận khác'), note(second))}`
    )
  )
)
const eventOf = (given: object, of = type): OutboundEvent =>
  ({ event: { type: of, data: given } }) as unknown as OutboundEvent

describe('a document for one recipient', () => {
  const others: Readonly<Record<string, string>> = { [first]: 'Nơi nhận khác', [second]: 'Nơi nhận mẫu' }
  for (const [agency, other] of Object.entries(others)) {
    it(`is for ${agency} alone, with what is said of it, and names the other`, () => {
      const { event } = forOneRecipient(eventOf(data), agency)
      const read = readPackage(writtenPackage(type, event.data, []))
      assert.deepEqual(read.recipients, [agency])
      assert.deepEqual(read.data.toPlaces, ['Lưu: VT', other])
      assert.deepEqual(read.data.extensions, [
        { path: 'edXMLEnvelope/edXMLHeader/MessageHeader/To/{urn:x}Note', value: agency }
      ])
      assert.deepEqual(read.data.from, data.from)
    })
  }

  it('is for one whom it does not name, too', () => {
    const { event } = forOneRecipient(eventOf(data), '000.00.94.H03')
    assert.deepEqual(event.data.to, [{ organId: '000.00.94.H03', organName: '000.00.94.H03' }])
  })

  it('stays as it is where it is a status', () => {
    const status = readPackage(Buffer.from(smallStatus()))
    const given = eventOf(status.data, status.type)
    assert.equal(forOneRecipient(given, first), given)
  })
})
