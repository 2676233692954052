import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { SchemaEntry } from '#bus/control/control-state.ts'
import { createEventTypes } from '#bus/registry/event-types.ts'

const schema = (...names: readonly string[]): string =>
  JSON.stringify({
    type: 'record',
    name: 'A',
    fields: names.map((name) => ({ name, type: ['null', 'string'], default: null, doc: 'Said.' }))
  })

function entries(): SchemaEntry[] {
  return [
    { id: 1, type: 'a.happened.v1', text: schema('x'), act: 5 },
    { id: 2, type: 'b.happened.v1', text: schema('x'), act: 6 },
    { id: 3, type: 'a.happened.v1', text: schema('x', 'y'), act: 7 }
  ]
}

it('new events of a type are written with its newest schema', () => {
  const types = createEventTypes(entries())
  const { id, ids, codec } = types.current('a.happened.v1') ?? {}
  assert.deepEqual([id, ids], [3, [1, 3]])
  assert.deepEqual(codec?.decode(codec.encode({ y: 'z' }, 3)), { y: 'z' })
  assert.equal(types.current('c.happened.v1'), undefined)
})

it('what an older schema wrote is read with that schema', () => {
  const types = createEventTypes(entries())
  const written = types.codecOf(1)?.encode({ x: 'z' }, 1)
  assert.ok(written)
  assert.deepEqual(types.codecOf(1)?.decode(written), { x: 'z' })
  assert.throws(() => types.codecOf(3)?.decode(written), { code: 'BUS_PAYLOAD_INVALID' })
})

it('a schema registered later is there without being told', () => {
  const schemas = entries()
  const types = createEventTypes(schemas)
  assert.deepEqual([types.current('a.happened.v1')?.id, types.codecOf(4)], [3, undefined])
  schemas.push({ id: 4, type: 'a.happened.v1', text: schema('x', 'y', 'z'), act: 9 })
  assert.equal(types.current('a.happened.v1')?.id, 4)
  assert.ok(types.codecOf(4))
  assert.deepEqual(
    types.all().map(({ type }) => type),
    ['a.happened.v1', 'b.happened.v1']
  )
})

it('a schema is compiled once', () => {
  const types = createEventTypes(entries())
  assert.equal(types.codecOf(1), types.codecOf(1))
  assert.equal(types.current('a.happened.v1')?.codec, types.codecOf(3))
})
