import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { keyOf, loadPairs, loadRecorded, type SchemaPair } from '#cli/generate/compatibility-table.ts'
import { ourVerdicts } from '#cli/generate/registry-compatibility-page.ts'
import { askApicurio } from '../../../apicurio/ask-apicurio.ts'
import { repository } from '../../../helpers/demo-bus.ts'
import { startApicurio } from '../../../helpers/servers/apicurio.ts'
import { versions } from '../../../helpers/servers/installed.ts'
import { needs } from '../../../helpers/servers/needs.ts'

const promised = ['promotion', 'union', 'enum', 'alias', 'fixed', 'nested', 'reference', 'namespace']
const pairs = loadPairs(repository)
const recorded = loadRecorded(repository)
const differs = (pair: SchemaPair): boolean => {
  const theirs = recorded.verdicts[keyOf(pair)]
  return JSON.stringify(ourVerdicts(pair)) !== JSON.stringify(theirs)
}

describe('the table of compatibility', () => {
  it('has as many pairs of each kind as were promised', () => {
    assert.ok(pairs.length >= 150, `${pairs.length} pairs`)
    const counts = Map.groupBy(pairs, ({ category }) => category)
    for (const category of [...promised, 'field', 'default', 'collection', 'logical', 'recursion']) {
      const { length } = counts.get(category) ?? []
      assert.ok(length >= 10, `${length} of ${category}`)
    }
  })

  it('has no pair twice', () => {
    assert.equal(new Set(pairs.map(keyOf)).size, pairs.length)
    assert.equal(new Set(pairs.map((pair) => JSON.stringify([pair.old, pair.new]))).size, pairs.length)
  })

  it('is incompatible in two of five verdicts, and in two of five pairs of each kind that was promised', () => {
    const verdicts = pairs.flatMap((pair) => Object.values(ourVerdicts(pair)))
    assert.ok(verdicts.filter((verdict) => verdict === 'no').length >= 0.4 * verdicts.length)
    for (const category of promised) {
      const members = pairs.filter((pair) => pair.category === category)
      const incompatible = members.filter((pair) => Object.values(ourVerdicts(pair)).includes('no'))
      assert.ok(incompatible.length >= 0.4 * members.length, `${incompatible.length} of ${category}`)
    }
  })

  it('was asked of the Apicurio that is installed, every pair of it', () => {
    assert.equal(recorded.version, versions.apicurio)
    assert.deepEqual(Object.keys(recorded.verdicts).sort(), pairs.map(keyOf).sort())
  })

  for (const pair of pairs) {
    if (pair.because === undefined) {
      it(`${keyOf(pair)}: is judged as Apicurio does`, () => {
        assert.deepEqual(ourVerdicts(pair), recorded.verdicts[keyOf(pair)])
      })
    } else {
      it(`${keyOf(pair)}: is judged otherwise than Apicurio does, as explained`, () => {
        assert.ok(differs(pair))
      })
    }
  }
})

describe('Apicurio', needs('apicurio'), () => {
  it('still says of every pair what was written down', { timeout: 300_000 }, async (t) => {
    const api = await startApicurio(t)
    for (const [at, pair] of pairs.entries()) {
      assert.deepEqual(
        await askApicurio(api, `pair-${at}`, pair),
        recorded.verdicts[keyOf(pair)],
        keyOf(pair)
      )
    }
  })
})
