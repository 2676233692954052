import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { faults } from '#protocol/errors/faults.ts'
import { repository } from '#tests/helpers/demo-bus.ts'
import { faultsInName, faultsInProse, faultsInSource } from './words/old-words.ts'
import { kept, seeded } from './words/seeded.ts'

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: repository,
  encoding: 'utf8'
})
  .split('\n')
  .filter((path) => path !== '' && !/^(docs\/adr\/|tests\/words[./])/.test(path))
const read = (path: string): string => readFileSync(join(repository, path), 'utf8')

describe('no old word comes back', () => {
  test('in the name of a file', () => {
    assert.deepEqual(
      files.flatMap((path) => path.split('/').flatMap(faultsInName)),
      []
    )
  })

  for (const path of files.filter((one) => one.endsWith('.ts'))) {
    test(`in ${path}`, () => assert.deepEqual(faultsInSource(read(path)), []))
  }

  for (const path of files.filter((one) => /^docs\/(?:en\/)?[^/]+\.md$|(^|\/)README\.md$/.test(one))) {
    test(`in ${path}`, () => assert.deepEqual(faultsInProse(read(path)), []))
  }

  test('in what the changelog says of the next release', () => {
    const [, next = ''] = read('CHANGELOG.md').split(/^## /m)
    assert.deepEqual(faultsInProse(next.replaceAll(/formerly `[^`]*`/g, '')), [])
  })

  test('in the key of an error', () => assert.deepEqual(Object.keys(faults).flatMap(faultsInName), []))
})

describe('an old word is seen', () => {
  for (const [source, says] of seeded) {
    test(`in ${source}`, () => assert.match(faultsInSource(source).join('\n'), says))
  }

  test('and nothing else is', () => assert.deepEqual(kept.flatMap(faultsInSource), []))
})
