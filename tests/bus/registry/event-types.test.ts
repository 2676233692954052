import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createEventTypes } from '#bus/registry/event-types.ts'
import {
  applyDeletion,
  applyRegistration,
  emptyRegistryState,
  type RegistryState
} from '#bus/registry/registry-state.ts'
import { subjectOfType } from '#protocol/events/event-subjects.ts'

const schema = (...names: readonly string[]): string =>
  JSON.stringify({
    type: 'record',
    name: 'A',
    fields: names.map((name) => ({ name, type: ['null', 'string'], default: null, doc: 'Said.' }))
  })

/** Registers a schema of a type, as its act does. */
function register(state: RegistryState, type: string, text: string): void {
  const subject = subjectOfType(type)
  applyRegistration(state, { subject, type, text, references: [], owner: '/bus', act: 5 })
}

function registered(): RegistryState {
  const state = emptyRegistryState()
  register(state, 'a.happened.v1', schema('x'))
  register(state, 'b.happened.v1', schema('w'))
  register(state, 'a.happened.v1', schema('x', 'y'))
  return state
}

it('new events of a type are written with its newest schema', () => {
  const types = createEventTypes(registered())
  const { id, ids, codec } = types.current('a.happened.v1') ?? {}
  assert.deepEqual([id, ids], [3, [1, 3]])
  assert.deepEqual(codec?.decode(codec.encode({ y: 'z' }, 3)), { y: 'z' })
  assert.equal(types.current('c.happened.v1'), undefined)
})

it('what an older schema wrote is read with that schema', () => {
  const types = createEventTypes(registered())
  const written = types.codecOf(1)?.encode({ x: 'z' }, 1)
  assert.ok(written)
  assert.deepEqual(types.codecOf(1)?.decode(written), { x: 'z' })
  assert.throws(() => types.codecOf(3)?.decode(written), { code: 'BUS_PAYLOAD_INVALID' })
})

it('a schema registered later is there without being told', () => {
  const state = registered()
  const types = createEventTypes(state)
  assert.deepEqual([types.current('a.happened.v1')?.id, types.codecOf(4)], [3, undefined])
  register(state, 'a.happened.v1', schema('x', 'y', 'z'))
  assert.equal(types.current('a.happened.v1')?.id, 4)
  assert.ok(types.codecOf(4))
  assert.deepEqual(
    types.all().map(({ type }) => type),
    ['a.happened.v1', 'b.happened.v1']
  )
})

it('a schema is compiled once', () => {
  const types = createEventTypes(registered())
  assert.equal(types.codecOf(1), types.codecOf(1))
  assert.equal(types.current('a.happened.v1')?.codec, types.codecOf(3))
})

it('a type whose newest schema is deleted goes back to the one before, and what it wrote is still read', () => {
  const state = registered()
  const types = createEventTypes(state)
  const subject = subjectOfType('a.happened.v1')
  applyDeletion(state, subject, { version: 2, permanent: false })
  assert.deepEqual(types.current('a.happened.v1')?.ids, [1])
  assert.ok(types.codecOf(3))
  applyDeletion(state, subject, { version: undefined, permanent: false })
  assert.equal(types.current('a.happened.v1'), undefined)
})

it('nothing is read with a schema of no event type', () => {
  const state = registered()
  const other = { subject: 'x', type: undefined, text: '"string"', references: [], owner: '/bus', act: 6 }
  applyRegistration(state, other)
  assert.throws(() => createEventTypes(state).codecOf(4), { code: 'BUS_RECORD_FOREIGN' })
})
