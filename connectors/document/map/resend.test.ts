import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BusEvent } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { readPackage } from '../edxml/read-package.ts'
import { misplacedExtension } from '../edxml/write-package.ts'
import { fixture } from '../fixtures/fixtures.ts'
import { writtenPackage } from '../fixtures/written-package.ts'
import { asUpdateIfResent } from './resend.ts'

const [b, c] = ['000.00.92.H03', '000.00.93.H03']
const published = (type: string, recipients: string, data: object = {}): BusEvent =>
  ({ type, recipients, data }) as unknown as BusEvent
const package1 = readPackage(Buffer.from(fixture('issued')))
const resent = (recipients: readonly string[], earlier: readonly BusEvent[]) =>
  asUpdateIfResent({ ...package1, recipients }, earlier)

describe('a document sent again', () => {
  it('is new where nobody it names was sent it', () => {
    assert.equal(resent([b], []).type, 'document.issued.v1')
    assert.equal(resent([b], [published('document.issued.v1', c)]).type, 'document.issued.v1')
  })

  it('is an update to an agency that was sent it, and lists the agencies that were not', () => {
    const earlier = [published('document.issued.v1', b)]
    const { type, data } = resent([b, c], earlier)
    assert.equal(type, 'document.updated.v1')
    assert.equal(data.affectedDocumentId, package1.subject)
    assert.equal(data.receiversChanged, '1')
    assert.deepEqual(data.receivers, [{ organId: c, receiverType: '1' }])
    assert.equal(data.title, package1.data.title)
    assert.equal(resent([b], earlier).data.receivers, undefined)
  })

  it('is new again to an agency it was recalled from, or that was taken off its receivers', () => {
    const issued = published('document.issued.v1', b)
    assert.equal(resent([b], [issued, published('document.recalled.v1', b)]).type, 'document.issued.v1')
    const removed = published('document.updated.v1', b, { receivers: [{ organId: b, receiverType: '0' }] })
    assert.equal(resent([b], [issued, removed]).type, 'document.issued.v1')
  })

  it('keeps its extensions, but for what the update has a member for', () => {
    const affected = 'edXMLEnvelope/edXMLHeader/TraceHeaderList/Bussiness/DocumentId'
    const note = { path: 'edXMLEnvelope/edXMLHeader/MessageHeader/GhiChu', value: 'x' }
    const data = { ...package1.data, extensions: [note, { path: affected, value: package1.subject }] }
    const found = { ...package1, recipients: [b], data }
    const update = asUpdateIfResent(found, [published('document.issued.v1', b)])
    assert.deepEqual(update.data.extensions, [note])
    assert.deepEqual(readPackage(writtenPackage(update.type, update.data, [])).data, update.data)
  })

  const info = 'edXMLEnvelope/edXMLHeader/TraceHeaderList/Bussiness/BussinessDocumentInfo'
  const receiverAt = (place: string, organId: string, receiverType: string) => [
    { path: `${info}/ReceiverList/${place}/OrganId`, value: organId },
    { path: `${info}/ReceiverList/${place}/ReceiverType`, value: receiverType }
  ]
  const updateWith = (extensions: readonly object[], recipients: readonly string[] = [b, c]) => {
    const found = {
      ...package1,
      recipients,
      data: { ...package1.data, extensions } as JsonObject
    }
    return asUpdateIfResent(found, [published('document.issued.v1', b)])
  }

  it('keeps the receivers that it lists, and adds those that are new', () => {
    const update = updateWith([
      { path: `${info}/DocumentInfo`, value: '0' },
      { path: `${info}/DocumentReceiver`, value: '0' },
      ...receiverAt('Receiver', '000.00.99.h03', '0'),
      ...receiverAt('Receiver[2]', b, '1')
    ])
    assert.deepEqual(update.data.receivers, [
      { organId: '000.00.99.H03', receiverType: '0' },
      { organId: b, receiverType: '1' },
      { organId: c, receiverType: '1' }
    ])
    assert.deepEqual([update.data.receiversChanged, update.data.extensions], ['1', undefined])
    assert.deepEqual(readPackage(writtenPackage(update.type, update.data, [])).data, update.data)
  })

  it('cannot be written where a receiver in it is not complete, and says so', () => {
    const [organ, kind] = receiverAt('Receiver', 'phòng 3', '1')
    for (const extensions of [[organ, kind], [kind]]) {
      const { type, data } = updateWith(extensions as object[], [b])
      assert.match(String(misplacedExtension(type, data, [])), /ReceiverList\/Receiver\//)
    }
  })
})
