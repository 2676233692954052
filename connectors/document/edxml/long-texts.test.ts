import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { attachment, e, smallPackage, withFiles } from '../fixtures/small.ts'
import { readPackage } from './read-package.ts'

const plain = Buffer.alloc(90_000, 'Công văn số 15')
const base64 = plain.toString('base64')

function read(content: string) {
  return readPackage(Buffer.from(withFiles({ content })))
}

describe('an attachment that is longer than what is looked at by the character', () => {
  it('is read byte for byte, with line ends or without, also as a CDATA section', () => {
    for (const content of [
      base64,
      base64.replaceAll(/.{76}/g, '$&\r\n'),
      `\n${base64}\n`,
      `<![CDATA[${base64}]]>`,
      `${base64.slice(0, 70_000)}<!-- > -->${base64.slice(70_000)}`,
      base64.replaceAll(/.{76}/g, '$&&#13;\n')
    ]) {
      assert.deepEqual(read(content).files[0]?.bytes, plain)
    }
  })

  it('is refused where it is no base64, UTF-8 or not, and where its text holds more than text', () => {
    const damaged = [`${base64.slice(0, 80_000)}!${base64.slice(80_001)}`, `${base64}ế`, `${base64}\u0001`]
    for (const content of damaged) assert.throws(() => read(content), { code: 'BUS_PACKAGE_INVALID' })
    assert.throws(() => read(`${base64}<b>x</b>`), { fault: 'package-attachment-encoding' })
    assert.throws(() => read(`${base64}&b;`), { fault: 'package-not-xml' })
  })

  it('is not taken for one where a comment or a CDATA section only looks like its tag', () => {
    const tag = '<e:ContentTransferEncoded>'
    const inComment = smallPackage({ message: `<!-- ${tag}${base64}< -->` })
    assert.deepEqual(readPackage(Buffer.from(inComment)).files, [])
    const content = `<![CDATA[${tag}${base64}<]]>`
    assert.throws(() => read(content), { fault: 'package-attachment-encoding' })
  })

  it('is long text, and refused, in any other element', () => {
    const long = e('Subject', 'x'.repeat(1_100_000))
    assert.throws(() => readPackage(Buffer.from(smallPackage({ message: long }))), {
      fault: 'package-text-long'
    })
    const root = e('AttachmentEncoded', attachment({ content: e('ContentTransferEncoded', base64) }))
    assert.throws(() => readPackage(Buffer.from(smallPackage({ root }))), { code: 'BUS_PACKAGE_INVALID' })
  })
})
