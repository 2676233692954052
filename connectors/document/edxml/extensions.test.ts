import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readTwice } from '../fixtures/read-twice.ts'
import { attachment, e, reference, smallPackage, smallStatus } from '../fixtures/small.ts'

const header = 'edXMLEnvelope/edXMLHeader'
const encoded = (...attachments: readonly string[]): string => e('AttachmentEncoded', ...attachments)

function extensionsOf(xml: string): Readonly<Record<string, string>> {
  const { data } = readTwice(xml)
  const extensions = (data.extensions ?? []) as unknown as readonly { path: string; value: string }[]
  return Object.fromEntries(extensions.map(({ path, value }) => [path, value]))
}

describe('what no field exists for is kept as an extension', () => {
  const rows: Readonly<Record<string, readonly [xml: string, extensions: Record<string, string>]>> = {
    'an unknown element': [
      smallPackage({ message: e('GhiChu', 'Bản giấy gửi sau') }),
      { [`${header}/MessageHeader/GhiChu`]: 'Bản giấy gửi sau' }
    ],
    'elements within an unknown element, and the second of a name': [
      smallPackage({ message: e('A', e('B', '1'), e('B', '2'), e('C', e('D', '3'))) + e('A', '4') }),
      {
        [`${header}/MessageHeader/A/B`]: '1',
        [`${header}/MessageHeader/A/B[2]`]: '2',
        [`${header}/MessageHeader/A/C/D`]: '3',
        [`${header}/MessageHeader/A[2]`]: '4'
      }
    ],
    'an element of another namespace, or of none': [
      smallPackage({
        message: '<x:Subject xmlns:x="urn:vendor/a" y="1" x:z="2">a</x:Subject><Subject xmlns="">b</Subject>'
      }),
      {
        [`${header}/MessageHeader/{urn:vendor/a}Subject`]: 'a',
        [`${header}/MessageHeader/{urn:vendor/a}Subject/@y`]: '1',
        [`${header}/MessageHeader/{urn:vendor/a}Subject/@{urn:vendor/a}z`]: '2',
        [`${header}/MessageHeader/{}Subject`]: 'b'
      }
    ],
    'an attribute of an element that is known': [
      smallPackage({ message: '<e:Content lang="vi">x</e:Content>' }).replace('<e:To>', '<e:To role="cc">'),
      { [`${header}/MessageHeader/Content/@lang`]: 'vi', [`${header}/MessageHeader/To/@role`]: 'cc' }
    ],
    'a misspelt element': [
      smallPackage({ message: e('Contents', 'x') + e('SignerInfor', e('FullName', 'y')) }),
      { [`${header}/MessageHeader/Contents`]: 'x', [`${header}/MessageHeader/SignerInfor/FullName`]: 'y' }
    ],
    'child elements where a text that may be absent belongs': [
      smallPackage({
        message: e(
          'OtherInfo',
          e('ReferenceCodes', e('ReferenceCode', 'H03.1'), e('ReferenceCode', 'H03.2'))
        ),
        business: e('BussinessDocType', '0') + e('Paper', e('Copies', '2'))
      }),
      {
        [`${header}/MessageHeader/OtherInfo/ReferenceCodes/ReferenceCode`]: 'H03.1',
        [`${header}/MessageHeader/OtherInfo/ReferenceCodes/ReferenceCode[2]`]: 'H03.2',
        [`${header}/TraceHeaderList/Bussiness/Paper/Copies`]: '2'
      }
    ],
    'a date that stands for none': [
      smallPackage({ message: e('DueDate', '0001-01-01T00:00:00') }),
      { [`${header}/MessageHeader/DueDate`]: '0001-01-01T00:00:00' }
    ],
    'a time of a status that stands for none': [
      smallStatus({ message: e('Timestamp', '01/01/1753') }),
      { [`${header}/MessageHeader/Timestamp`]: '01/01/1753' }
    ],
    'a known element in another place': [
      smallPackage({ message: e('Priority', '1'), business: e('BussinessDocType', '0') + e('DueDate', 'x') }),
      { [`${header}/MessageHeader/Priority`]: '1', [`${header}/TraceHeaderList/Bussiness/DueDate`]: 'x' }
    ],
    'the DocumentId of the business of a new document': [
      smallPackage({ business: e('BussinessDocType', '0') + e('DocumentId', 'D-1') }),
      { [`${header}/TraceHeaderList/Bussiness/DocumentId`]: 'D-1' }
    ],
    'what belongs to another business type': [
      smallPackage({
        business:
          e('BussinessDocType', '0') +
          e('BussinessDocumentInfo', e('ReceiverList', e('Receiver', e('OrganId', 'X'))))
      }),
      { [`${header}/TraceHeaderList/Bussiness/BussinessDocumentInfo/ReceiverList/Receiver/OrganId`]: 'X' }
    ],
    'attributes of the trace': [
      smallPackage().replace('<e:TraceHeaderList>', '<e:TraceHeaderList id="7" version="2">'),
      { [`${header}/TraceHeaderList/@id`]: '7', [`${header}/TraceHeaderList/@version`]: '2' }
    ],
    'more than one spelling and place of Bussiness': [
      smallPackage({ business: '@' }).replace(
        '<e:Bussiness>@</e:Bussiness></e:TraceHeaderList>',
        '</e:TraceHeaderList><e:Business><e:Zz>1</e:Zz></e:Business>'
      ),
      { [`${header}/TraceHeaderList/Bussiness/Zz`]: '1' }
    ],
    'descriptions of a file, and what its list says otherwise': [
      smallPackage({
        references: reference({ name: 'b.txt', type: 'application/zip' }, e('Description', 'Phụ lục')),
        root: encoded(attachment({}, e('Description', 'Bản ký') + e('Pages', '3')))
      }),
      {
        'edXMLEnvelope/edXMLBody/edXMLManifest/Reference/ContentType': 'application/zip',
        'edXMLEnvelope/edXMLBody/edXMLManifest/Reference/AttachmentName': 'b.txt',
        'edXMLEnvelope/edXMLBody/edXMLManifest/Reference/Description': 'Phụ lục',
        'AttachmentEncoded/Attachment/Description': 'Bản ký',
        'AttachmentEncoded/Attachment/Pages': '3'
      }
    ],
    'another version of the manifest': [
      smallPackage().replace('<e:edXMLManifest>', '<e:edXMLManifest version="2.0">'),
      { 'edXMLEnvelope/edXMLBody/edXMLManifest/@version': '2.0' }
    ],
    'the recipients and the trace of a status': [
      smallStatus({ message: e('To', e('OrganId', '000.00.93.H03')), body: e('edXMLBody', e('Note', 'x')) }),
      { [`${header}/MessageHeader/To/OrganId`]: '000.00.93.H03', 'edXMLEnvelope/edXMLBody/Note': 'x' }
    ],
    'what is in a status of its own element': [
      smallStatus({ message: e('Zz', '1') }).replaceAll('MessageHeader>', 'Status>'),
      { [`${header}/MessageHeader/Zz`]: '1' }
    ]
  }
  for (const [what, [xml, extensions]] of Object.entries(rows)) {
    it(what, () => assert.deepEqual(extensionsOf(xml), extensions))
  }

  it('but for declarations of namespaces and schemas, comments, and what is empty', () => {
    const xml = smallPackage({
      message: '<e:Zz/><e:Yy> <e:Xx></e:Xx><!-- w --></e:Yy><e:DueDate></e:DueDate>'
    })
    const declared = xml.replace(
      '<e:edXML ',
      '<e:edXML xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b" xmlns:o="urn:o" '
    )
    assert.deepEqual(extensionsOf(declared), {})
  })
})
