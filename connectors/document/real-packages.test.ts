import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BusError } from '#protocol/errors/bus-error.ts'
import { textOf } from '#protocol/errors/faults.ts'
import { attachment, e, hop, reference, smallPackage, smallStatus, withFiles } from './fixtures/small.ts'
import { writtenPackage } from './fixtures/written-package.ts'
import { readPackage } from './read-package.ts'

/** What real document systems and the exchange axis write; codes and texts are synthetic. */

const read = (xml: string) => readPackage(Buffer.from(xml))
const header = 'edXMLEnvelope/edXMLHeader'
const encoded = (...attachments: readonly string[]): string => e('AttachmentEncoded', ...attachments)

/** Reads the same after it was written again. */
function readTwice(xml: string) {
  const first = read(xml)
  assert.deepEqual(read(writtenPackage(first.type, first.data, first.files).toString()), first)
  return first
}

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

describe('what the exchange axis and its SDK write is taken', () => {
  it('hops without OrganId, in their order', () => {
    const times = [
      '2026/02/27 08:01:00',
      '2026-02-27T08:02:00+07:00',
      '27/02/2026 08:03',
      '2026-02-27T01:04:00Z'
    ]
    const unnamed = times.map((time) => e('TraceHeader', e('Timestamp', time)))
    const { data } = readTwice(smallPackage({ hops: [unnamed[0], hop, ...unnamed.slice(1)].join('') }))
    assert.deepEqual(data.trace, [
      { organId: '', at: '2026-02-27T01:01:00.000Z' },
      { organId: '000.00.91.H03', at: '2026-02-27T01:00:00.000Z' },
      { organId: '', at: '2026-02-27T01:02:00.000Z' },
      { organId: '', at: '2026-02-27T01:03:00.000Z' },
      { organId: '', at: '2026-02-27T01:04:00.000Z' }
    ])
  })

  it('optional blocks that are empty, whatever is empty in them', () => {
    const plain = readTwice(smallPackage())
    const names = [
      'ResponseFor',
      'SignerInfo',
      'OtherInfo',
      'ToPlaces',
      'DueDate',
      'ResponseForTask',
      'Content'
    ]
    const contents = [
      '',
      ' \n ',
      e('OrganId'),
      e('Code') + e('DocumentId', ' '),
      '<![CDATA[ ]]>',
      '<!-- none -->'
    ]
    for (const content of contents) {
      const message = names.map((name) => e(name, content)).join('')
      const empty = smallPackage({ message, hops: hop + e('TraceHeader', content) })
      assert.deepEqual(readTwice(empty), plain)
    }
    assert.deepEqual(
      readTwice(smallPackage({ references: e('Reference', e('ContentId')), root: encoded() })),
      plain
    )
  })

  it('ContentId with `cid:` on one side, in capitals, or in angle brackets', () => {
    for (const [listed, carried] of [
      ['cid:9a', '9a'],
      ['9a', 'cid:9a'],
      ['CID:9a', 'cid:9a'],
      ['&lt;cid:9a&gt;', '9a'],
      [' 9a ', '\n9a\n']
    ] as const) {
      const xml = smallPackage({
        references: reference({ id: listed }),
        root: encoded(attachment({ id: carried }))
      })
      assert.deepEqual(
        readTwice(xml).files.map(({ name }) => name),
        ['a.txt'],
        listed
      )
    }
  })

  it('base64 whose lines end with character references, of 50 MB too', () => {
    const ends = ['&#13;\n', '&#xD;&#xA;', '&#13;&#10;', '\r\n', '&#x0d;\n', '&#9;\n', '&#32;']
    for (const end of ends) {
      const { files } = read(withFiles({ content: `AAAA${end}`.repeat(20_000) }))
      assert.equal(files[0]?.bytes.length, 60_000, end)
    }
    const lines = 920_000
    const { files } = read(
      withFiles({ content: `${'A'.repeat(68)}&#13;\n`.repeat(lines).slice(0, 68_000_000) })
    )
    assert.ok((files[0]?.bytes.length ?? 0) > 40_000_000)
  })

  it('names of 200 letters, which are more than 255 bytes', () => {
    const name = `${'Quyết định phê duyệt điều chỉnh kế hoạch '.repeat(5).slice(0, 196)}.pdf`
    assert.ok(Buffer.byteLength(name) > 255)
    for (const form of ['NFC', 'NFD'] as const) {
      const { files } = readTwice(withFiles({ name: name.normalize(form) }))
      assert.equal(files[0]?.name, name.normalize('NFC'))
    }
  })

  it('the types of files as they are declared, since what is declared as zip is unpacked', () => {
    const zip = Buffer.from('PK\u0003\u0004rest').toString('base64')
    for (const [name, type] of [
      ['bang.xlsx', 'application/zip'],
      ['van.odt', 'application/vnd.oasis.opendocument.text'],
      ['a.docx', 'application/docx'],
      ['a.pdf', 'application/pdf'],
      ['a.zip', 'application/zip']
    ] as const) {
      const { files } = readTwice(withFiles({ name, type, content: zip }))
      assert.deepEqual([files[0]?.mediaType, files[0]?.bytes.toString('base64')], [type, zip])
    }
  })

  it('two files of one ContentId that are both listed, each under its name', () => {
    const files = [
      { name: 'a.txt', content: 'YQ==' },
      { name: 'b.txt', content: 'Yg==' }
    ]
    const listed = files.map((file) => reference(file))
    for (const root of [
      encoded(...files.map((file) => attachment(file))),
      encoded(...files.toReversed().map((file) => attachment(file)))
    ]) {
      const taken = readTwice(smallPackage({ references: listed.join(''), root })).files
      assert.deepEqual(
        taken.map(({ name, bytes }) => [name, bytes.toString()]),
        [
          ['a.txt', 'a'],
          ['b.txt', 'b']
        ]
      )
    }
  })

  it('files inside edXMLBody or edXMLEnvelope, if they are listed', () => {
    const files = encoded(attachment())
    for (const place of [{ body: files }, { envelope: files }, { root: files }])
      assert.equal(readTwice(smallPackage({ references: reference(), ...place })).files[0]?.name, 'a.txt')
  })

  it('a signer without a name, and the identifiers of staff', () => {
    const staff = e('StaffInfo', e('DepartmentId', '12'), e('StaffId', '34'))
    const { data } = readTwice(
      smallPackage({
        message: e('SignerInfo', e('Position', 'Giám đốc'), e('FullName')),
        business: e('BussinessDocType', '0') + staff
      })
    )
    assert.deepEqual(data.signer, { position: 'Giám đốc', fullName: '' })
    assert.deepEqual(data.staff, { departmentId: '12', staffId: '34' })
  })

  it('dates with a time of day, and dates that stand for never', () => {
    for (const [written, day] of [
      ['2026-03-06T00:00:00', '2026-03-06'],
      ['2026-03-05T17:00:00Z', '2026-03-06'],
      ['06-03-2026', '2026-03-06'],
      ['2026/3/6 08:00', '2026-03-06'],
      ['9999/12/31', '9999-12-31']
    ] as const) {
      assert.equal(readTwice(smallPackage({ message: e('DueDate', written) })).data.dueDate, day)
    }
  })
})

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
        () => read(xml),
        (error: unknown) => {
          assert.ok(error instanceof BusError)
          assert.deepEqual(
            [error.code, error.fault, error.values.element],
            ['BUS_PACKAGE_INVALID', fault, element]
          )
          assert.ok(textOf(error.fault, error.values, 'vi').includes(element))
          return true
        }
      )
    })
  }
})
