import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { dossierFields, type Field, progressFields } from './fields.ts'

const forms = { text: 'text', instant: 'time' } as const

function rowsOf(fields: readonly Field[], theirPath = '', ourPath = ''): readonly string[] {
  return fields.flatMap(({ theirs, ours, form, isRequired }) => {
    const shown = typeof form === 'object' ? 'list' : forms[form]
    const row = `| \`${theirPath}${theirs}\` | \`${ourPath}${ours}\` | ${shown}${isRequired ? ', always written' : ''} |`
    if (typeof form !== 'object') return [row]
    return [row, ...rowsOf(form.fields, `${theirPath}${theirs}[].`, `${ourPath}${ours}[].`)]
  })
}

it('one-stop: FIELDS.md lists every field of the dialect, and nothing else', () => {
  const page = readFileSync(join(import.meta.dirname, '..', 'FIELDS.md'), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  assert.deepEqual(rows, [...rowsOf(dossierFields), ...rowsOf(progressFields)])
})
