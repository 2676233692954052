import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { smallPackage, withFiles } from '../fixtures/small.ts'
import { writtenPackage } from '../fixtures/written-package.ts'
import { readPackage } from './read-package.ts'

const header = 'edXMLEnvelope/edXMLHeader'
const base = readPackage(Buffer.from(withFiles({})))

/** The package of an event whose publisher wrote the extensions itself. */
function written(...extensions: readonly (readonly [path: string, value: string])[]): string {
  const data = { ...base.data, extensions: extensions.map(([path, value]) => ({ path, value })) }
  return writtenPackage(base.type, data, base.files).toString()
}

describe('extensions that a publisher writes', () => {
  const changing: Readonly<Record<string, readonly [path: string, value: string]>> = {
    'another recipient': [`${header}/MessageHeader/To[2]/OrganId`, '000.00.99.H03'],
    'a member of the event that is absent': [`${header}/MessageHeader/DueDate`, '2026/03/06'],
    'a status': [`${header}/MessageHeader/StatusCode`, '03'],
    'a status of its own': [`${header}/Status/StatusCode`, '03'],
    'a second envelope': ['edXMLEnvelope[2]/edXMLHeader/MessageHeader/Subject', 'x'],
    'another spelling of what is there': [`${header}/TraceHeaderList/Business/BusinessDocType`, '1'],
    'a file': ['AttachmentEncoded/Attachment[2]/ContentTransferEncoded', 'YQ=='],
    'another content of a file': ['AttachmentEncoded/Attachment/ContentTransferEncoded[2]', 'YQ=='],
    'a file of other names': ['edXMLEnvelope/edXMLAttachments/Attachment/Data', 'YQ=='],
    'a signature': ['edXMLEnvelope/edXMLHeader/Signature/SignatureValue', 'YQ=='],
    'a signature of XML-DSig': [`${header}/{http://www.w3.org/2000/09/xmldsig#}Signature/@Id`, 'x'],
    'a child of a text': [`${header}/MessageHeader/Subject/b`, 'x']
  }
  for (const [what, extension] of Object.entries(changing)) {
    it(`do not add ${what}: the event is not delivered`, () => {
      assert.throws(() => written(extension), {
        code: 'BUS_PEER_REFUSED',
        fault: 'package-extension-misplaced'
      })
    })
  }

  it('replace nothing that the event has a member for', () => {
    const plain = written()
    for (const path of [
      `${header}/MessageHeader/Subject`,
      `${header}/MessageHeader/From/OrganId`,
      'AttachmentEncoded/Attachment/AttachmentName',
      'edXMLEnvelope/edXMLBody/edXMLManifest/Reference/ContentId'
    ])
      assert.equal(written([path, 'khác']), plain)
  })

  it('are no names of files that lead out of a folder', () => {
    const path = 'edXMLEnvelope/edXMLBody/edXMLManifest/Reference/AttachmentName'
    assert.equal(written([path, '../a.txt']), written())
  })

  it('are passed over where no package has such a place', () => {
    for (const path of [
      '',
      '/',
      'a//b',
      'a/@b/c',
      'a b',
      '<a>',
      'a/@xmlns',
      '{a',
      'x:y',
      '@',
      'a[0',
      'a[99999]'
    ])
      assert.equal(written([path, 'x']), written(), path)
  })

  it('cannot end an element or an attribute', () => {
    const value = `"/></x><!--]]>&`
    const xml = written([`${header}/MessageHeader/A`, value], [`${header}/MessageHeader/A/@b`, value])
    assert.deepEqual(readPackage(Buffer.from(xml)).data.extensions, [
      { path: `${header}/MessageHeader/A`, value },
      { path: `${header}/MessageHeader/A/@b`, value }
    ])
  })

  it('come out in any order as they come in', () => {
    const many = Array.from({ length: 12 }, (_unused, index) => `<e:A>${index}</e:A>`).join('')
    const read = readPackage(Buffer.from(smallPackage({ message: many })))
    const { extensions } = read.data as unknown as { extensions: readonly object[] }
    const reversed = { ...read.data, extensions: extensions.toReversed() }
    assert.deepEqual(readPackage(writtenPackage(read.type, reversed, [])), read)
  })
})
