import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readTwice } from '../fixtures/read-twice.ts'
import { smallPackage, withFiles } from '../fixtures/small.ts'
import { writtenPackage } from '../fixtures/written-package.ts'
import { readPackage } from './read-package.ts'
import { misplacedExtension } from './write-package.ts'

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

  it('are rejected where no package has such a place', () => {
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
      'a[99999]',
      'a/{http://www.w3.org/2000/xmlns/}b',
      'a/{http://www.w3.org/XML/1998/namespace}b',
      'a/@{http://www.w3.org/2000/xmlns/}b'
    ])
      assert.throws(() => written([path, 'x']), { fault: 'payload-extension-path' }, path)
  })

  it('are rejected for their number, their length and files among them before anything is rendered', () => {
    const note = `${header}/MessageHeader/Zz`
    const many = Array.from({ length: 501 }, (_unused, index) => [`${note}${index}`, 'x'] as const)
    assert.throws(() => written(...many), { fault: 'payload-extensions-many' })
    assert.throws(() => written([note, 'x '.repeat(40_000)]), { fault: 'payload-extensions-many' })
    assert.throws(() => written([note, `${'QUJD\n'.repeat(300)}QQ==`]), { fault: 'payload-extension-file' })
    const most = many.slice(0, 500)
    assert.equal((readPackage(Buffer.from(written(...most))).data.extensions as unknown[]).length, 500)
  })

  it('that say something else are named, whatever stands before and after them', () => {
    const path = `${header}/MessageHeader/DueDate`
    const notes = ['Aa', 'Zz', 'Bb'].map((name) => ({ path: `${header}/MessageHeader/${name}`, value: '1' }))
    const extensions = [
      ...notes,
      { path, value: '2026/03/06' },
      ...notes.map((one) => ({ ...one, path: `${one.path}1` }))
    ]
    assert.equal(misplacedExtension(base.type, { ...base.data, extensions }, base.files), path)
    assert.equal(misplacedExtension(base.type, { ...base.data, extensions: notes }, base.files), undefined)
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

  it('keep the line ends and tabs of an attribute', () => {
    const xml = smallPackage({ message: '<e:Zz a="x&#10;y&#9;z">1</e:Zz>' })
    assert.deepEqual(readTwice(xml).data.extensions, [
      { path: `${header}/MessageHeader/Zz`, value: '1' },
      { path: `${header}/MessageHeader/Zz/@a`, value: 'x\ny\tz' }
    ])
  })
})
