import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { incompatibilities } from '#protocol/avro/compatibility/incompatibilities.ts'
import type { AvroType } from '#protocol/avro/model.ts'
import { parseAvro } from '#protocol/avro/parse-avro.ts'
import { type Hostile, refusedSchemas, slowPairs, takenSchemas } from './hostile-schemas.ts'

const parse = ([schema, references]: Hostile): AvroType => parseAvro(schema, references)

/** The quickest of three: what the machine does beside it is not ours. Milliseconds of processor. */
function costOf(work: () => unknown): number {
  const costs = Array.from({ length: 3 }, () => {
    const began = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(began)
    return (user + system) / 1000
  })
  return Math.min(...costs)
}

describe('hostile schemas', () => {
  for (const [what, make] of Object.entries(refusedSchemas)) {
    it(`${what}: refused within 50 ms`, () => {
      const schema = make()
      const refuse = (): void => assert.throws(() => parse(schema), { code: 'BUS_SCHEMA_INVALID' })
      const cost = costOf(refuse)
      assert.ok(cost < 50, `${cost} ms`)
    })
  }

  for (const [what, make] of Object.entries(takenSchemas)) {
    it(`${what}: taken within 50 ms`, () => {
      const schema = make()
      const cost = costOf(() => parse(schema))
      assert.ok(cost < 50, `${cost} ms`)
    })
  }

  it('says no more of a name of 5 MB than a hundred characters', () => {
    const [schema] = refusedSchemas['a name of 200 KB']?.() ?? ['']
    assert.throws(
      () => parseAvro(schema),
      (error: Error) => error.message.length < 300
    )
  })

  for (const [what, make] of Object.entries(slowPairs)) {
    it(`${what}: compared with 50 versions within 500 ms`, () => {
      const [one, other] = make()
      const candidate = parse(one)
      // Parsed anew each: nothing that is known of one version helps with the next.
      const earlier = Array.from({ length: 50 }, (_, at) => ({ version: at + 1, schema: parse(other) }))
      const cost = costOf(() => incompatibilities('FULL_TRANSITIVE', candidate, earlier))
      assert.ok(cost < 500, `${cost} ms`)
    })
  }

  it('never takes what could not be compared for compatible', () => {
    const [one, other] = slowPairs['unions of 3,000 records that are named alike']?.() ?? [
      ['"int"'],
      ['"int"']
    ]
    const found = incompatibilities('BACKWARD', parse(one), [{ version: 7, schema: parse(other) }])
    assert.deepEqual(
      found.map(({ fault, version }) => ({ fault, version })),
      [{ fault: 'unreadable-complex', version: 7 }]
    )
  })
})
