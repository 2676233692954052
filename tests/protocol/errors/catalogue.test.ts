import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, test } from 'node:test'
import { catalogue, type ErrorCode } from '#protocol/errors/catalogue.ts'
import { type Fault, faults } from '#protocol/errors/faults.ts'
import { problemName, toProblem } from '#protocol/errors/problem.ts'
import { remedies } from '#protocol/errors/remedies.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const codes = Object.keys(catalogue) as ErrorCode[]
const page = readFileSync(join(root, 'docs', 'problems.md'), 'utf8')
const sections = [...page.matchAll(/^## (\S+)$/gm)].map(([, name]) => name)

it('the page has a section for each code, and no other', () => {
  assert.deepEqual(sections.sort(), codes.map(problemName).sort())
})

describe('the page says of each code what the table says', () => {
  for (const code of codes) {
    test(code, () => {
      const { status, title, titleVi } = catalogue[code]
      const section = page.split(`\n## ${problemName(code)}\n`)[1]?.split('\n## ')[0] ?? ''
      for (const said of [title, titleVi, `\`${code}\` | ${status}`, remedies[code].en, remedies[code].vi]) {
        assert.ok(section.includes(said), said)
      }
    })
  }
})

it('titles and codes are not shared', () => {
  const entries = Object.values(catalogue)
  assert.equal(new Set(entries.map(({ title }) => title)).size, entries.length)
  assert.equal(new Set(entries.map(({ titleVi }) => titleVi)).size, entries.length)
})

describe('every fault speaks both languages, with the same places', () => {
  const places = (text: string): readonly string[] =>
    [...text.matchAll(/\{(\w+)\}/g)].map(([place]) => place).sort()
  for (const [fault, { vi, en }] of Object.entries(faults)) {
    test(fault, () => {
      assert.notEqual(vi.trim(), '')
      assert.notEqual(en.trim(), '')
      assert.deepEqual([...new Set(places(vi))], [...new Set(places(en))])
    })
  }
})

it('every fault is thrown somewhere', () => {
  const sources = globSync(
    '{protocol,engines,bus,consumers,connectors,gateway,client,deploy,runtime,operations,cli}/**/*.ts',
    { cwd: root }
  )
    .filter((path) => path !== join('protocol', 'errors', 'faults.ts') && !path.endsWith('.test.ts'))
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n')
  const unused = (Object.keys(faults) as Fault[]).filter((fault) => !sources.includes(`'${fault}'`))
  assert.deepEqual(unused, [])
})

it('an error of ours and an unexpected one leave as problems of their kind', () => {
  const problem = toProblem(new TypeError('secret'), { language: 'en' })
  assert.equal(problem.code, 'BUS_INTERNAL')
  assert.equal(problem.status, 500)
  assert.ok(!JSON.stringify(problem).includes('secret'))
  assert.match(problem.type, /\/internal$/)
})
