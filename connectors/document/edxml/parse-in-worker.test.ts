import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fixture } from '../fixtures/fixtures.ts'
import { isParsedInWorker, parseInWorker } from './parse-in-worker.ts'
import { readPackage } from './read-package.ts'
import { loadAuthorities } from './signature/authorities.ts'
import { signatureCheck } from './signature/check-signature.ts'

const authorities = await loadAuthorities(join(import.meta.dirname, '..', 'fixtures', 'authority.pem'))
const trust = { authorities, at: Date.parse('2027-01-01T00:00:00.000Z') }
const ofElements = (count: number): Buffer =>
  Buffer.from(fixture('signed-sha256').replace('<edXML:MessageHeader>', `$&${'<a/>'.repeat(count)}`))

it('a large package is read apart, signed or not, and as it is read here', async () => {
  const withContent = (content: string) => Buffer.from(fixture('issued').replace('eGluIGNow6Bv', content))
  const large = withContent(`<![CDATA[${'A'.repeat(200_000)}]]>`)
  assert.deepEqual([isParsedInWorker(large), isParsedInWorker(Buffer.from(fixture('issued')))], [true, false])
  assert.deepEqual(await parseInWorker(large, trust), readPackage(large, signatureCheck(trust)))
  assert.equal(isParsedInWorker(withContent('A'.repeat(30_000_000))), true)
})

it('a package that is large by its attachments alone is read here, since nobody looks at their characters', async () => {
  const withContent = (content: string) => Buffer.from(fixture('issued').replace('eGluIGNow6Bv', content))
  assert.equal(isParsedInWorker(withContent('A'.repeat(20_000_000))), false)
  const inAnother = fixture('issued').replaceAll('ContentTransferEncoded', 'OtherName')
  for (const bytes of [
    withContent(`${'A'.repeat(200_000)}<!-- -->`),
    withContent('A&#13;'.repeat(40_000)),
    withContent('AA> '.repeat(40_000)),
    Buffer.from(inAnother.replace('eGluIGNow6Bv', 'A'.repeat(200_000)))
  ]) {
    assert.equal(isParsedInWorker(bytes), true)
  }
})

describe('a package that may be signed', () => {
  it('is read apart as it is read here, refusals too', async () => {
    for (const name of ['signed-sha256', 'signed-sha1', 'issued'] as const) {
      const bytes = Buffer.from(fixture(name))
      assert.deepEqual(await parseInWorker(bytes, trust), readPackage(bytes, signatureCheck(trust)))
    }
    const changed = Buffer.from(fixture('signed-sha256').replace('V/v thử nghiệm', 'V/v thử nghiêm'))
    await assert.rejects(parseInWorker(changed, trust), { fault: 'package-signature-wrong' })
  })

  it('keeps nothing else waiting while its canonical form is found', async () => {
    let turns = 0
    const timer = setInterval(() => {
      turns += 1
    }, 10)
    await assert.rejects(parseInWorker(ofElements(3000), trust), { fault: 'package-signature-wrong' })
    clearInterval(timer)
    assert.ok(turns >= 5, `${turns}`)
  })

  it('is refused where that takes longer than any real one needs', async () => {
    await assert.rejects(parseInWorker(ofElements(9000), { ...trust, timeoutMs: 1 }), {
      code: 'BUS_PACKAGE_INVALID',
      fault: 'package-too-slow'
    })
  })
})
