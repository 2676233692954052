import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { account } from '../fixtures/accounting.ts'
import { generatedPackage, manner, rewritten } from '../fixtures/generated.ts'
import { mutated, mutation } from '../fixtures/mutated.ts'
import { writtenPackage } from '../fixtures/written-package.ts'
import { parseXml } from './xml-tree.ts'

/** `npm run accounting` does the same with many more packages. */
describe('everything in a package is read or reported', () => {
  it('of generated packages that other software changed', () => {
    const outcomes = new Map<string, number>()
    fc.assert(
      fc.property(generatedPackage, manner, fc.array(mutation, { maxLength: 4 }), (one, how, mutations) => {
        const { type, data, files } = one
        const other = parseXml(rewritten(parseXml(writtenPackage(type, data, files)), how))
        const outcome = account(mutated(other, mutations))
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }),
      { numRuns: 400 }
    )
    assert.ok((outcomes.get('read') ?? 0) > 100 && outcomes.size > 4, JSON.stringify([...outcomes]))
  })

  it('of the packages of other software', () => {
    const folder = join(import.meta.dirname, '..', 'fixtures')
    for (const name of readdirSync(folder).filter(
      (one) => one.endsWith('.edxml') && !one.startsWith('signed')
    ))
      assert.equal(account(readFileSync(join(folder, name))), 'read', name)
  })
})
