import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { unaccent } from './unaccent.ts'

interface Case {
  readonly id: string
  readonly kind: string
  readonly input: string
  readonly unaccented: string
  readonly nfc: string
  readonly a: string
  readonly b: string
  readonly unaccented_equal?: boolean
}

const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/text.json'), 'utf8')) as {
  readonly cases: readonly Case[]
}

/** Kinds of the table that are about searching, sorting and repairing, which nothing here does. */
const ofOthers = ['i-y-variant', 'case', 'sort', 'search', 'slug', 'length', 'mojibake']

describe('Vietnamese without diacritics, by the vectors', () => {
  for (const { id, kind, input, unaccented, nfc, a, b, unaccented_equal: isEqual } of cases) {
    if (ofOthers.includes(kind)) continue
    it(`${id} ${kind}`, () => {
      if (kind === 'unaccent') assert.equal(unaccent(input), unaccented)
      else if (kind === 'normalise') assert.equal(unaccent(input), unaccent(nfc))
      else if (kind === 'tone-placement') assert.equal(unaccent(a), unaccent(b))
      else if (kind === 'must-differ') assert.equal(unaccent(a) === unaccent(b), isEqual)
      else assert.fail(`the kind ${kind} is new`)
    })
  }

  it('what is no Latin letter stays as it is', () => {
    for (const text of ['Привет мир', '你好', 'ガ', '😀', '1⁄2', '№ 5', 'καλημέρα'.normalize('NFC')])
      assert.equal(unaccent(text), text)
  })

  it('100,000 marks on one letter take no time', () => {
    const startedAt = performance.now()
    assert.equal(unaccent(`a${'\u0301'.repeat(100_000)}`), 'a')
    assert.ok(performance.now() - startedAt < 1000)
  })
})
