import assert from 'node:assert/strict'
import { win32 } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isFileName } from '#protocol/events/file-name.ts'

/** What a name must not be, by kind. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'no name': ['', ' ', '.', '..', '...', '. .'],
  'a path': ['../x', '..\\x', '/etc/passwd', '\\\\server\\share', 'a/b.pdf', 'a\\b.pdf', './x', 'a/../x'],
  'a drive or a stream': ['C:', 'C:\\x', 'c:x.pdf', 'x.pdf:hidden', ':'],
  'a path once decoded': ['%2e%2e%2fx', '%2E%2E', 'a%2fb', 'a%5Cb', 'x%00.pdf', 'x%0d%0a', 'C%3Ax', '%7f'],
  'a control': [
    '\0',
    'x\0.pdf',
    'a\tb',
    'a\nb',
    'a\r\nContent-Type: x',
    'a\u001b[31m',
    'a\u007f',
    'a\u0085b',
    'a\u009b31m',
    'a\u2028b',
    'a\u2029b'
  ],
  'a text turned round': [
    'gpj.\u202eexe',
    'a\u202a',
    'a\u2066b',
    'a\u2069',
    'a\u200eb',
    'a\u200fb',
    'a\u061cb'
  ],
  'a device': [
    'CON',
    'con',
    'Con.txt',
    'NUL',
    'nul.tar.gz',
    'PRN',
    'AUX.',
    'COM1',
    'com0.x',
    'LPT9.pdf',
    'COM¹',
    'lpt².txt',
    'CONIN$',
    'conout$.log',
    'CLOCK$',
    'NUL .txt',
    'con  .pdf'
  ],
  'cut off at its end': ['a.', 'a..', 'a ', 'a.pdf ', 'a.pdf. .', 'a\u00a0', 'a\u3000'],
  'too long': ['a'.repeat(256), 'ế'.repeat(256), '😀'.repeat(256)]
}

describe('a file name', () => {
  for (const [kind, names] of Object.entries(refused)) {
    it(`is not ${kind}`, () => {
      for (const name of names) assert.equal(isFileName(name), false, JSON.stringify(name))
    })
  }

  it('is any other, in any language', () => {
    for (const name of [
      'a',
      '.gitignore',
      'Quyết định phê duyệt.pdf',
      'Báo cáo 100%.docx',
      'bao%20cao.docx',
      'Kế hoạch (bản 2) - "chính thức" & phụ lục, số 15_TTr.signed.pdf',
      'console.log',
      'nullable',
      'com10.txt',
      'communication',
      '文件.pdf',
      'تقرير.pdf',
      '😀.png',
      'ế'.repeat(255),
      'Quyết định điều chỉnh '.repeat(9).trim()
    ]) {
      assert.equal(isFileName(name), true, name)
    }
  })

  it('stays in its folder and names one file, wherever it is written', () => {
    const piece = fc.constantFrom(...'/ \\ : . .. % 2e 2f a é ế CON nul \0 \n \u202e \u200e'.split(' '), ' ')
    const names = fc.oneof(
      fc.array(piece, { maxLength: 8 }).map((some) => some.join('')),
      fc.string({ unit: 'binary' })
    )
    fc.assert(
      fc.property(names, (name) => {
        if (!isFileName(name)) return
        assert.equal(win32.join('C:\\in', name), `C:\\in\\${name}`)
        assert.equal(win32.basename(name), name)
        assert.doesNotMatch(name, /\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u)
      }),
      { numRuns: 5000, seed: 3 }
    )
  })
})
