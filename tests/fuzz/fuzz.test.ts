import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../faults/random.ts'
import { corpusFolder, keptIn } from './kept.ts'
import { runFuzz } from './run-fuzz.ts'
import { missedSeededFaults } from './seeded-faults.ts'
import { surfaces } from './surfaces.ts'

/** How many inputs a surface is given here; `npm run fuzz` gives it as many as there is time for. */
const inputs = 300

for (const [name, open] of Object.entries(surfaces)) {
  describe(`the fuzzer of ${name}`, () => {
    it('finds each fault that is seeded', async (t) => {
      const surface = await open()
      t.after(() => surface.close())
      // How a suspect's memory is measured, in processes of its own, is proved at the start of each run.
      assert.deepEqual(await missedSeededFaults(surface, () => Number.POSITIVE_INFINITY), [])
    })

    it(`finds nothing in ${inputs} inputs, and nothing in those that once broke something`, async (t) => {
      const surface = await open()
      t.after(() => surface.close())
      const kept = keptIn(corpusFolder, name)
      const { failures } = await runFuzz(surface, {
        random: createRandom(20_261_124),
        goesOn: (done) => done < inputs,
        first: kept.map(({ input }) => input),
        costs: false
      })
      assert.deepEqual(failures, [])
    })
  })
}
