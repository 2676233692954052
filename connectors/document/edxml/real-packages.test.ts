import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readTwice } from '../fixtures/read-twice.ts'
import { attachment, e, hop, reference, smallPackage, withFiles } from '../fixtures/small.ts'
import { writtenPackage } from '../fixtures/written-package.ts'
import { readPackage } from './read-package.ts'

/** What real document systems and the exchange axis write; codes and texts are synthetic. */

const read = (xml: string) => readPackage(Buffer.from(xml))
const encoded = (...attachments: readonly string[]): string => e('AttachmentEncoded', ...attachments)

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

  it('one text where a list belongs', () => {
    const message = e('ToPlaces', 'Như trên; Lưu: VT') + e('OtherInfo', e('Appendixes', 'PL 1'))
    const { data } = readTwice(smallPackage({ message }))
    assert.deepEqual([data.toPlaces, data.appendixes], [['Như trên; Lưu: VT'], ['PL 1']])
  })

  it('identifiers, numbers and names of files that are broken over lines', () => {
    const id = '000.00.91.H03,2026/02/27,\n\t\t1/SMA'
    const xml = smallPackage({
      references: reference({ name: 'công văn\n   số 1.pdf' }),
      root: encoded(attachment({ name: 'công văn số\n1.pdf' }))
    })
    const { subject, data, files } = readTwice(
      xml.replace('000.00.91.H03,2026/02/27,1/SMA', id).replace('>SMA<', '>SMA\n  VP<')
    )
    assert.equal(subject, '000.00.91.H03,2026/02/27, 1/SMA')
    assert.equal(data.codeNotation, 'SMA VP')
    assert.deepEqual(
      files.map(({ name }) => name),
      ['công văn số 1.pdf']
    )
    assert.equal(data.extensions, undefined)
  })

  it('the declaration utf8, and comments of any length', () => {
    const plain = readTwice(smallPackage())
    assert.deepEqual(readTwice(smallPackage().replace('"UTF-8"', '"utf8"')), plain)
    const long = `<!-- ${'ghi chú > '.repeat(7000)}-->`
    assert.deepEqual(readTwice(smallPackage().replace('<e:edXMLEnvelope>', `${long}$&`)), plain)
  })
})

describe('a package that is written', () => {
  it('has times of four-digit years, whatever an event says', () => {
    const { type, data } = read(smallPackage())
    const trace = ['9999-12-31T20:00:00.000Z', '0000-01-01T00:00:00.000Z'].map((at) => ({ organId: '', at }))
    const xml = writtenPackage(type, { ...data, trace }, []).toString()
    const times = [...xml.matchAll(/Timestamp>([^<]+)</g)].map(([, time]) => time)
    assert.deepEqual(times, ['9999/12/31 23:59:59', '0000/01/01 07:00:00'])
  })
})
