import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { BusError } from '#protocol/errors/bus-error.ts'
import { isFileName } from '#protocol/events/file-name.ts'
import { createPayloadCodec } from '#protocol/events/payload-codec.ts'
import { isStrictText } from '#protocol/events/strict-json.ts'
import { mediaTypeOf } from '../../shared-formats/media-types/media-type-of.ts'
import { documentWith, fixture } from '../fixtures/fixtures.ts'
import { hostile } from '../fixtures/hostile.ts'
import { writtenPackage } from '../fixtures/written-package.ts'
import { statusNames } from './codes.ts'
import { readPackage } from './read-package.ts'

const schemas = join(import.meta.dirname, '..', '..', '..', 'schemas', 'document')
const codecs = new Map(
  ['issued', 'updated', 'replaced', 'recalled', 'status-changed'].map((name) => [
    `document.${name}.v1`,
    createPayloadCodec(readFileSync(join(schemas, `${name}.v1.avsc`), 'utf8'))
  ])
)
const documentId = '000.00.91.H03,2019/02/27,15/SMA-VP'

/** Reads, checks against the schema, writes, and reads again. */
function roundTrip(xml: string) {
  const first = readPackage(Buffer.from(xml))
  const isStatus = first.type === 'document.status-changed.v1'
  const data = isStatus ? first.data : { ...first.data, attachments: [] }
  codecs.get(first.type)?.encode(data, 1)
  const second = readPackage(writtenPackage(first.type, first.data, first.files))
  return { first, second }
}

function refusedAs(fault: string) {
  return (error: unknown) =>
    error instanceof BusError && error.code === 'BUS_PACKAGE_INVALID' && error.fault === fault
}

describe('edXML packages', () => {
  it('reads a document into the payload its schema describes', () => {
    const { first, second } = roundTrip(fixture('issued'))
    assert.equal(first.type, 'document.issued.v1')
    assert.equal(first.subject, documentId)
    assert.deepEqual(first.recipients, ['000.00.92.H03'])
    assert.equal(first.data.promulgationDate, '2019-02-27')
    assert.deepEqual(first.data.trace, [{ organId: '000.00.91.H03', at: '2019-02-27T03:47:08.000Z' }])
    assert.equal(first.files[0]?.bytes.toString(), 'xin chào')
    assert.deepEqual(second, first)
  })

  it('writes what it read so that a second reading gives the same, for every business type', () => {
    const variants = {
      'document.recalled.v1': `<edXML:DocumentId>${documentId}</edXML:DocumentId><edXML:BussinessDocType>1</edXML:BussinessDocType><edXML:BussinessDocReason>Gửi nhầm nơi nhận</edXML:BussinessDocReason><edXML:Paper>0</edXML:Paper>`,
      'document.updated.v1': `<edXML:DocumentId>${documentId}</edXML:DocumentId><edXML:BussinessDocType>2</edXML:BussinessDocType><edXML:BussinessDocReason>Bổ sung nơi nhận</edXML:BussinessDocReason><edXML:BussinessDocumentInfo><edXML:DocumentInfo>0</edXML:DocumentInfo><edXML:DocumentReceiver>1</edXML:DocumentReceiver><edXML:ReceiverList><edXML:Receiver><edXML:OrganId>000.00.92.H03</edXML:OrganId><edXML:ReceiverType>0</edXML:ReceiverType></edXML:Receiver></edXML:ReceiverList></edXML:BussinessDocumentInfo>`,
      'document.replaced.v1':
        '<edXML:BussinessDocType>3</edXML:BussinessDocType><edXML:ReplacementInfoList><edXML:ReplacementInfo><edXML:DocumentId>000.00.91.H03,2019/01/10,7/SMA-VP</edXML:DocumentId><edXML:OrganIdList><edXML:OrganId>000.00.92.H03</edXML:OrganId></edXML:OrganIdList></edXML:ReplacementInfo></edXML:ReplacementInfoList>'
    }
    for (const [type, business] of Object.entries(variants)) {
      const { first, second } = roundTrip(documentWith(business))
      assert.equal(first.type, type)
      assert.deepEqual(second, first)
    }
  })

  it('finds the recalled document in ResponseFor as well as in Bussiness/DocumentId', () => {
    const original = '000.00.91.H03,2019/01/10,7/SMA-VP'
    const header = `<edXML:ResponseFor><edXML:OrganId>000.00.91.H03</edXML:OrganId><edXML:Code>7/SMA-VP</edXML:Code><edXML:DocumentId>${original}</edXML:DocumentId></edXML:ResponseFor>`
    const { first, second } = roundTrip(
      documentWith('<edXML:BussinessDocType>1</edXML:BussinessDocType>', header)
    )
    assert.equal(first.data.affectedDocumentId, original)
    assert.deepEqual(second, first)
  })

  it('names the recalled document by its own number and date, not by those of the letter', () => {
    const recall = (named: string) =>
      roundTrip(
        documentWith(
          `<edXML:DocumentId>${named}</edXML:DocumentId><edXML:BussinessDocType>1</edXML:BussinessDocType>`
        )
      )
    const other = recall('000.00.92.H03,2026/01/10,7/SMA')
    assert.deepEqual(other.first.data.responseFor, [
      {
        organId: '000.00.92.H03',
        code: '7/SMA',
        documentId: '000.00.92.H03,2026/01/10,7/SMA',
        promulgationDate: '2026-01-10'
      }
    ])
    const own = recall(documentId)
    assert.deepEqual(own.first.data.responseFor, [
      { organId: '000.00.91.H03', code: '15/SMA-VP', documentId, promulgationDate: '2019-02-27' }
    ])
    for (const named of ['d3b0-7', 'phòng,2026/01/10,7/SMA', '000.00.92.H03,2026/13/10,7/SMA']) {
      const { first, second } = recall(named)
      assert.deepEqual([first.data.affectedDocumentId, first.data.responseFor], [named, undefined])
      assert.deepEqual(second, first)
    }
    for (const { first, second } of [other, own]) assert.deepEqual(second, first)
  })

  it('reads every status in both shapes, unknown codes included', () => {
    for (const code of [...Object.keys(statusNames), '07', '99']) {
      const inMessage = fixture('status-03').replace('>03<', `>${code}<`)
      const inOwn = inMessage.replaceAll('edXML:MessageHeader>', 'edXML:Status>')
      const { first, second } = roundTrip(inMessage)
      assert.equal(first.data.statusCode, code)
      assert.deepEqual(first.recipients, ['000.00.91.H03'])
      assert.deepEqual(second, first)
      assert.deepEqual(readPackage(Buffer.from(inOwn)), first)
    }
  })

  it('takes both spellings, any child order, other prefixes and day-first dates', () => {
    const plain = readPackage(Buffer.from(fixture('issued')))
    const reversed = fixture('issued').replace(
      /(<edXML:Subject>[\s\S]*?<\/edXML:Subject>)([\s\S]*?)(<\/edXML:MessageHeader>)/,
      '$2$1$3'
    )
    const variants = [
      fixture('issued').replaceAll('Bussiness', 'Business'),
      reversed,
      fixture('issued').replaceAll('edXML:', 'q:').replaceAll('xmlns:edXML', 'xmlns:q'),
      fixture('issued').replace(
        '>2019/02/27</edXML:PromulgationDate>',
        '>27/02/2019</edXML:PromulgationDate>'
      ),
      fixture('issued').replace('eGluIGNow6Bv', 'eGlu\n   IGNow6Bv\n')
    ]
    for (const variant of variants) assert.deepEqual(readPackage(Buffer.from(variant)), plain)
  })

  it('keeps any text and any bytes through writing and reading', () => {
    const base = readPackage(Buffer.from(fixture('issued')))
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .map((text) =>
        text
          .replace(/[\u0000-\u001f\ufffe\uffff]/g, '')
          .trim()
          .normalize('NFC')
      )
      .filter((text) => text !== '' && isStrictText(text))
    const file = fc.record({
      name: fc
        .stringMatching(/^[a-zàđ0-9_-]{1,20}\.(txt|pdf|bin)$/)
        .map((name) => name.normalize('NFC'))
        .filter(isFileName),
      bytes: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
    })
    fc.assert(
      fc.property(word, word, fc.array(file, { maxLength: 3 }), (title, reason, files) => {
        const data = { ...base.data, title, reason }
        const packed = files.map(({ name, bytes }) => ({
          name,
          bytes,
          mediaType: mediaTypeOf(bytes, name)
        }))
        const read = readPackage(writtenPackage(base.type, data, packed))
        assert.deepEqual(read, { ...base, data, files: packed })
      })
    )
  })

  it('takes a file name of 200 Vietnamese letters, decomposed as well, and composes it', () => {
    const name = `${'Quyết định phê duyệt điều chỉnh kế hoạch '.repeat(5).slice(0, 200)}.pdf`
    const base = readPackage(Buffer.from(fixture('issued')))
    for (const form of ['NFC', 'NFD'] as const) {
      const files = [
        { name: name.normalize(form), mediaType: 'application/pdf', bytes: Buffer.from('%PDF-1.7') }
      ]
      const read = readPackage(writtenPackage(base.type, base.data, files))
      assert.equal(read.files[0]?.name, name.normalize('NFC'))
    }
  })

  it('keeps the media type that is declared, and finds one by the bytes where none is', () => {
    const declared = (type: string) =>
      readPackage(Buffer.from(fixture('issued').replaceAll('>text/plain<', `>${type}<`)))
    for (const type of [
      'application/zip',
      'application/pdf',
      'Application/Docx',
      'text/plain; charset=utf-8'
    ]) {
      const read = declared(type)
      assert.equal(read.files[0]?.mediaType, type)
      const written = writtenPackage(read.type, read.data, read.files).toString()
      assert.equal(written.split(`ContentType>${type}</`).length, 3)
    }
    const unnamed = declared('tệp văn bản')
    assert.equal(unnamed.files[0]?.mediaType, 'application/octet-stream')
    const again = writtenPackage(unnamed.type, unnamed.data, unnamed.files)
    assert.match(again.toString(), /<ContentType>tệp văn bản</)
    assert.deepEqual(readPackage(again), unnamed)
    assert.equal(mediaTypeOf(Buffer.from('PK\u0003\u0004…'), 'a.pdf'), 'application/zip')
    assert.equal(
      mediaTypeOf(Buffer.from('PK\u0003\u0004…'), 'a.odt'),
      'application/vnd.oasis.opendocument.text'
    )
    assert.equal(mediaTypeOf(Buffer.from('%PDF-1.7'), 'a.txt'), 'application/pdf')
    assert.equal(mediaTypeOf(Buffer.from('hello'), 'a.pdf'), 'application/octet-stream')
  })

  for (const [what, [fault, xml]] of Object.entries(hostile)) {
    it(`refuses ${what}`, () => {
      assert.throws(() => readPackage(Buffer.from(xml() as string)), refusedAs(fault))
    })
  }
})
