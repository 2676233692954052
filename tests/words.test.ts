import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { faults } from '#protocol/errors/faults.ts'
import { repository } from '#tests/helpers/demo-bus.ts'

/**
 * Words that this project used for ideas that have a standard name, and those names (`docs/glossary.md`).
 * They must not appear in any identifier, wire key, error code, file name or metric.
 */
const oldWords: readonly (readonly [RegExp, string])[] = [
  [
    /hand-?overs?|handed-?over|hands-?over/,
    'delivery status: pending, delivered, accepted, rejected, expired, recalled'
  ],
  [/set-?aside|keep-?aside/, 'quarantined'],
  [/read-?(package-)?apart/, 'parseInWorker'],
  [/given-event/, 'OutboundEvent'],
  [/to-found/, 'toInboundItem'],
  [/give-back/, 'releaseLease'],
  [/held-record|un-?held/, 'StoredRecord, uncommitted'],
  [/known-(way|path)s?|way-of|leads-to/, 'inclusionPath, verifyInclusion'],
  [/(^|-)things?(-|$)/, 'resource'],
  [/(^|-)(fold|folds|folded)(-|$)/, 'apply, the control state'],
  [/(^|-)fellows?(-|$)/, 'peers'],
  [/(^|-)(beat|beats|beating)(-|$)/, 'heartbeat'],
  [/(^|-)everywhere(-|$)/, 'waitUntilPropagated'],
  [/(^|-)standing(-|$)/, 'status, or authorization'],
  [/(^|-)endings(-|$)/, 'expiry and recall'],
  [/(^|-)re-?enter(ed|s)?(-|$)/, 'reinstate'],
  [/(^|-)worded(-|$)/, 'format'],
  [/(^|-)(told|untold)(-|$)/, 'message, reported'],
  [/(^|-)(mend|mends|mended)(-|$)/, 'fix'],
  [/(^|-)amiss(-|$)/, 'PROBLEM'],
  [/whole-log/, 'log export'],
  [/new-life/, 'epoch'],
  [/(^|-)(planted|plants)(-|$)/, 'seeded fault'],
  [/^(together|pieces|limited|within|listed\()$/, 'pipeline, chunks, withTimeout, traced, valuesTable']
]

/** Values on the wire that have another name now. */
const oldValues = /^(available|handedOver|handed-over)$/

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: repository,
  encoding: 'utf8'
})
  .split('\n')
  .filter((path) => path !== '' && !path.startsWith('docs/adr/') && path !== 'tests/words.test.ts')

describe('no old word comes back', () => {
  test('in the name of a file', () => {
    assert.deepEqual(
      files.flatMap((path) => path.split('/').flatMap((name) => faultIn(name, path))),
      []
    )
  })

  for (const path of files.filter((one) => one.endsWith('.ts'))) {
    test(`in ${path}`, () => {
      const code = withoutProse(readFileSync(join(repository, path), 'utf8'))
      const names = new Set(code.match(/[A-Za-z_$][\w$-]*/g) ?? [])
      const values = [...code.matchAll(/'([^'\\\n]*)'/g)].map(([, value = '']) => value)
      const found = [...names].flatMap((name) => faultIn(name, path))
      assert.deepEqual([...found, ...values.filter((value) => oldValues.test(value))], [])
    })
  }

  test('in the key of an error', () => {
    assert.deepEqual(
      Object.keys(faults).flatMap((fault) => faultIn(fault, 'faults.ts')),
      []
    )
  })
})

/** Old words in a name, whether its parts are joined by capitals, hyphens or underscores. */
function faultIn(name: string, path: string): readonly string[] {
  const parts = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .replaceAll(/[_.]/g, '-')
    .toLowerCase()
  return oldWords.flatMap(([word, now]) => (word.test(parts) ? [`${path}: ${name} is called ${now}`] : []))
}

/** The code only: comments, and texts with spaces in them, are prose for people. */
function withoutProse(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(^|\s)\/\/[^\n]*/g, '$1')
    .replaceAll(/'(?:[^'\\\n]|\\.)* (?:[^'\\\n]|\\.)*'/g, "''")
    .replaceAll(/`(?:[^`\\]|\\.)*`/g, '``')
    .replaceAll(/\/(?![/*])(?:[^/\\\n]|\\.)+\/[a-z]*/g, '//')
}
