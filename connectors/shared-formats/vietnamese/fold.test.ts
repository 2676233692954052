import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fold } from './fold.ts'

interface Case {
  readonly id: string
  readonly kind: string
  readonly input: string
  readonly folded: string
  readonly nfc: string
  readonly a: string
  readonly b: string
  readonly folded_equal?: boolean
}

const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/text.json'), 'utf8')) as {
  readonly cases: readonly Case[]
}

/** Kinds of the table that are about searching, sorting and repairing, which nothing here does. */
const ofOthers = ['i-y-variant', 'case', 'sort', 'search', 'slug', 'length', 'mojibake']

describe('Vietnamese without diacritics, by the vectors', () => {
  for (const { id, kind, input, folded, nfc, a, b, folded_equal: isEqual } of cases) {
    if (ofOthers.includes(kind)) continue
    it(`${id} ${kind}`, () => {
      if (kind === 'fold') assert.equal(fold(input), folded)
      else if (kind === 'normalise') assert.equal(fold(input), fold(nfc))
      else if (kind === 'tone-placement') assert.equal(fold(a), fold(b))
      else if (kind === 'must-differ') assert.equal(fold(a) === fold(b), isEqual)
      else assert.fail(`the kind ${kind} is new`)
    })
  }

  it('what is no Latin letter stays as it is', () => {
    for (const text of ['Привет мир', '你好', 'ガ', '😀', '1⁄2', '№ 5', 'καλημέρα'.normalize('NFC')])
      assert.equal(fold(text), text)
  })

  it('100,000 marks on one letter take no time', () => {
    const startedAt = performance.now()
    assert.equal(fold(`a${'\u0301'.repeat(100_000)}`), 'a')
    assert.ok(performance.now() - startedAt < 1000)
  })
})
