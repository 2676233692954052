import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BusError } from '#protocol/errors/bus-error.ts'
import { attachment, e, hop, reference, smallPackage, smallStatus, withFiles } from '../fixtures/small.ts'
import { readPackage } from './read-package.ts'

const header = 'edXMLEnvelope/edXMLHeader'
const encoded = (...attachments: readonly string[]): string => e('AttachmentEncoded', ...attachments)

describe('what cannot be carried is refused, with the place, the limit and what to do', () => {
  const receiver = (code: string): string =>
    e('BussinessDocumentInfo', e('ReceiverList', e('Receiver', e('OrganId', code), e('ReceiverType', '1'))))
  const business = `${header}/TraceHeaderList/Bussiness`
  const flat = e(
    'edXMLAttachments',
    e('Attachment', e('AttachmentName', 'a.txt'), e('AttachmentData', 'YQ=='))
  )
  const rows: Readonly<Record<string, readonly [xml: string, fault: string, element: string]>> = {
    'files in a form that is no edXML': [
      smallPackage({ envelope: flat }),
      'package-attachment-misplaced',
      'edXMLEnvelope/edXMLAttachments'
    ],
    'a file in the header': [
      smallPackage({ message: attachment() }),
      'package-attachment-misplaced',
      `${header}/MessageHeader/Attachment`
    ],
    'files of another namespace': [
      smallPackage({ root: encoded(attachment()).replaceAll('e:', 'x:').replace('>', ' xmlns:x="urn:x">') }),
      'package-attachment-misplaced',
      'AttachmentEncoded'
    ],
    'text that is the content of a file': [
      smallPackage({ message: e('Scan', 'QUJD'.repeat(300)) }),
      'package-attachment-misplaced',
      `${header}/MessageHeader/Scan`
    ],
    'the content of a file in what is named as a signature': [
      smallPackage().replace('</e:edXMLHeader>', `${e('Signature', e('contenttransferencoded', 'YQ=='))}$&`),
      'package-attachment-misplaced',
      `${header}/Signature/contenttransferencoded`
    ],
    'a file that is not listed, in the body': [
      smallPackage({ body: encoded(attachment()) }),
      'package-attachment-unlisted',
      'edXMLEnvelope/edXMLBody/AttachmentEncoded/Attachment'
    ],
    'a second file under one ContentId that is listed once': [
      smallPackage({ references: reference(), root: encoded(attachment(), attachment({ name: 'b.txt' })) }),
      'package-attachment-unlisted',
      'AttachmentEncoded/Attachment[2]'
    ],
    'a file that is listed twice': [
      smallPackage({ references: reference() + reference(), root: encoded(attachment()) }),
      'package-attachment-absent',
      'edXMLEnvelope/edXMLBody/edXMLManifest/Reference[2]'
    ],
    'a file that is listed and absent': [
      smallPackage({ references: reference() }),
      'package-attachment-absent',
      'edXMLEnvelope/edXMLBody/edXMLManifest/Reference'
    ],
    'a file whose content is misspelt': [
      withFiles({}).replaceAll('ContentTransferEncoded', 'ContentTransferEncode'),
      'package-element-missing',
      'AttachmentEncoded/Attachment/ContentTransferEncoded'
    ],
    'a file with two contents': [
      smallPackage({
        references: reference(),
        root: encoded(attachment({}, e('ContentTransferEncoded', 'YQ==')))
      }),
      'package-element-twice',
      'AttachmentEncoded/Attachment/ContentTransferEncoded[2]'
    ],
    'two lists of files': [
      smallPackage({ references: reference(), body: encoded(attachment()), root: encoded(attachment()) }),
      'package-element-twice',
      'edXMLEnvelope/edXMLBody/AttachmentEncoded'
    ],
    'a status with a file': [
      smallStatus({ root: encoded(attachment()) }),
      'package-attachment-misplaced',
      'AttachmentEncoded'
    ],
    'two lists of receivers': [
      smallPackage({
        business: e('BussinessDocType', '2') + receiver('000.00.93.H03') + receiver('000.00.94.H03')
      }),
      'package-element-twice',
      `${business}/BussinessDocumentInfo[2]`
    ],
    'two subjects': [
      smallPackage({ message: e('Subject', 'khác') }),
      'package-element-twice',
      `${header}/MessageHeader/Subject[2]`
    ],
    'two message headers': [
      smallPackage().replace(/(<e:MessageHeader>.*<\/e:MessageHeader>)/, '$1$1'),
      'package-element-twice',
      `${header}/MessageHeader[2]`
    ],
    'a document and a status in one': [
      smallPackage().replace('<e:TraceHeaderList>', `${e('Status', e('StatusCode', '01'))}$&`),
      'package-element-twice',
      `${header}/Status`
    ],
    'two businesses, in two spellings': [
      smallPackage().replace('</e:TraceHeaderList>', `${e('Business', e('BusinessDocType', '1'))}$&`),
      'package-element-twice',
      `${header}/TraceHeaderList/Business`
    ],
    'two envelopes': [
      smallPackage().replace(/(<e:edXMLEnvelope>.*<\/e:edXMLEnvelope>)/, '$1$1'),
      'package-element-twice',
      'edXMLEnvelope[2]'
    ],
    'text among elements': [
      smallPackage({ message: e('SignerInfo', 'Ông ', e('FullName', 'A')) }),
      'package-text-mixed',
      `${header}/MessageHeader/SignerInfo`
    ],
    'elements within a text': [
      smallPackage({ message: e('Content', 'một ', e('b', 'hai'), ' ba') }),
      'package-text-mixed',
      `${header}/MessageHeader/Content`
    ],
    'text among unknown elements': [
      smallPackage({ message: e('Zz', 'một ', e('b', 'hai')) }),
      'package-text-mixed',
      `${header}/MessageHeader/Zz`
    ],
    'text where child elements belong': [
      smallPackage({ message: e('SignerInfo', 'Ông A') }),
      'package-text-stray',
      `${header}/MessageHeader/SignerInfo`
    ],
    'child elements where the subject belongs': [
      smallPackage().replace('>V/v thử<', `>${e('b', 'V/v thử')}<`),
      'package-text-absent',
      `${header}/MessageHeader/Subject`
    ],
    'child elements where the business type belongs': [
      smallPackage({ business: e('BussinessDocType', e('Code', '1')) }),
      'package-text-absent',
      `${header}/TraceHeaderList/Bussiness/BussinessDocType`
    ],
    'child elements in the content of a file': [
      withFiles({ content: e('Part', 'YQ==') }),
      'package-attachment-encoding',
      'AttachmentEncoded/Attachment/ContentTransferEncoded'
    ],
    'a text longer than any in an event': [
      smallPackage({ message: e('Content', 'a b '.repeat(70_000)) }),
      'package-element-long',
      `${header}/MessageHeader/Content`
    ],
    'an identifier longer than any in an event': [
      smallPackage().replaceAll('1/SMA', '1/SMA'.repeat(50)),
      'package-element-long',
      `${header}/MessageHeader/DocumentId`
    ],
    'an identifier with a character that no attribute has': [
      smallPackage().replaceAll('1/SMA', '1/\u007fSMA'),
      'package-character',
      `${header}/MessageHeader/DocumentId`
    ],
    'more recipients than an event may have': [
      smallPackage({
        message: Array.from({ length: 500 }, (_unused, index) => e('To', e('OrganId', `A${index}`))).join('')
      }),
      'package-recipients-many',
      `${header}/MessageHeader/To[501]`
    ],
    'a code with a letter that is another one in upper case': [
      smallPackage({ message: e('To', e('OrganId', 'ı.ß')) }),
      'package-code-malformed',
      `${header}/MessageHeader/To[2]/OrganId`
    ],
    'a time after the last that has a year of four digits in Vietnam': [
      smallPackage({ hops: e('TraceHeader', e('Timestamp', '9999-12-31T20:00:00Z')) }),
      'package-time-malformed',
      `${header}/TraceHeaderList/TraceHeader/Timestamp`
    ],
    'very many unknown texts': [
      smallPackage({ message: e('Zz', '1').repeat(501) }),
      'package-extensions-many',
      `${header}/MessageHeader/Zz[501]`
    ],
    'very much unknown text': [
      smallPackage({ message: e('Zz', 'rất dài '.repeat(10_000)) }),
      'package-extensions-many',
      `${header}/MessageHeader/Zz`
    ],
    'a name that cannot be told from a path': [
      smallPackage({ message: '<x:Zz xmlns:x="urn:{x}">1</x:Zz>' }),
      'package-element-name',
      `${header}/MessageHeader/Zz`
    ],
    'a hop without a time': [
      smallPackage({ hops: hop + e('TraceHeader', e('OrganId', '000.00.92.H03')) }),
      'package-element-missing',
      `${header}/TraceHeaderList/TraceHeader[2]/Timestamp`
    ],
    'a ResponseFor that names no document': [
      smallPackage({ message: e('ResponseFor', e('Code', '1/SMA'), e('OrganId', '000.00.91.H03')) }),
      'package-element-missing',
      `${header}/MessageHeader/ResponseFor/DocumentId`
    ],
    'a code that is none, of the second recipient': [
      smallPackage({ message: e('To', e('OrganId', 'phòng 3')) }),
      'package-code-malformed',
      `${header}/MessageHeader/To[2]/OrganId`
    ],
    'a recipient twice': [
      smallPackage({ message: e('To', e('OrganId', '000.00.92.h03 ')) }),
      'package-recipient-twice',
      `${header}/MessageHeader/To[2]`
    ],
    'a time that is none': [
      smallPackage({ hops: e('TraceHeader', e('Timestamp', '2026/02/27 25:00:00')) }),
      'package-time-malformed',
      `${header}/TraceHeaderList/TraceHeader/Timestamp`
    ],
    'a character that no event may have': [
      smallPackage({ message: e('Content', 'a\u0092b') }),
      'package-character',
      `${header}/MessageHeader/Content`
    ],
    'more text than a package may have': [
      smallPackage({ message: e('Content', 'a b '.repeat(300_000)) }),
      'package-text-long',
      'edXMLEnvelope/edXMLHeader/MessageHeader/Content'
    ]
  }
  for (const [what, [xml, fault, element]] of Object.entries(rows)) {
    it(what, () => {
      assert.throws(
        () => readPackage(Buffer.from(xml)),
        (error: unknown) => {
          assert.ok(error instanceof BusError)
          assert.deepEqual(
            [error.code, error.fault, error.values.element],
            ['BUS_PACKAGE_INVALID', fault, element]
          )
          assert.ok(error.text('vi').includes(element))
          return true
        }
      )
    })
  }
})
