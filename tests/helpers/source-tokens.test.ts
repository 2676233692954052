import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import { readSources } from '../architecture/sources.ts'
import { repository } from './demo-bus.ts'
import { tokensOf } from './source-tokens.ts'

const read = (source: string): readonly string[] =>
  tokensOf(source).map(({ kind, text }) => `${kind} ${text}`)

describe('the tokens of a source', () => {
  for (const [title, source, tokens] of [
    [
      'code between two texts is code',
      "f('a', b, 'c')",
      'name f|mark (|text a|mark ,|name b|mark ,|text c|mark )'
    ],
    ['a glob opens no comment', "'**/*.ts' // x", 'text **/*.ts|comment // x'],
    ['a comment may hold quotes', "/* it's */ a", "comment /* it's */|name a"],
    [
      'templates nest',
      '`a $\u007bb + `c$\u007bd}`} e` f',
      'text a |name b|mark +|text c|name d|text |text  e|name f'
    ],
    ['braces inside of it close none of it', '`$\u007b{ a }}` b', 'text |mark {|name a|mark }|text |name b'],
    ['a regex may hold quotes and slashes', "x = /['/]/u; y", "name x|mark =|regex /['/]/u|mark ;|name y"],
    ['a slash after a value divides', "a / b / 'c'", 'name a|mark /|name b|mark /|text c'],
    ['a quote may be escaped', "'a\\'b' c", "text a\\'b|name c"]
  ] as const) {
    it(title, () => assert.deepEqual(read(source), tokens.split('|')))
  }
})

describe('no quote is left over, so the scan kept its place', () => {
  for (const [path, source] of readSources(repository)) {
    test(path, () =>
      assert.deepEqual(
        tokensOf(source).filter(({ kind, text }) => kind === 'mark' && /['"`]/.test(text)),
        []
      )
    )
  }
})
