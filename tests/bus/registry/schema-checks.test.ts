import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { applyRegistration, emptyRegistryState, type NewVersion } from '#bus/registry/registry-state.ts'
import { createSchemaChecks } from '#bus/registry/schema-checks.ts'

const agency = '000.00.91.H03'
const version = (text: string, more: Partial<NewVersion> = {}): NewVersion => ({
  subject: 's',
  type: undefined,
  text,
  references: [],
  ...more
})
const record = (...fields: readonly object[]): string =>
  JSON.stringify({ type: 'record', name: 'vn.R', fields, doc: 'x'.repeat(10_000) }) // Too long to be read at once.
const field = { name: 'a', type: 'int' }
/** The same schema as `record(field)`. */
const spelledOtherwise = record({ ...field, order: 'ascending' })

function setUp(t: TestContext, ...versions: readonly NewVersion[]) {
  const state = emptyRegistryState()
  for (const [act, one] of versions.entries()) applyRegistration(state, { ...one, owner: agency, act })
  const checks = createSchemaChecks({ domains: new Set() })
  t.after(() => checks.close())
  const posted = t.mock.method(Worker.prototype, 'postMessage')
  const all = () => true
  return {
    /** Its id and the number of questions that the thread was asked. */
    async register(one: NewVersion) {
      const before = posted.mock.callCount()
      const found = await checks.findOrPrepare(agency, state, one, all)
      return { id: found?.id, asked: posted.mock.callCount() - before }
    },
    find: (one: NewVersion) => checks.find(agency, state, one, all)
  }
}

describe('a schema that is to be registered', () => {
  it('is read once if it is new', async (t) => {
    const { register } = setUp(t, version(record(field)))
    const added = { name: 'b', type: 'int', default: 0 }
    assert.deepEqual(await register(version(record(field, added))), { id: undefined, asked: 1 })
    assert.deepEqual(await register(version('"int"', { subject: 'new' })), { id: undefined, asked: 1 })
  })

  it('is not read if it is short and registered, and read once if it is long and spelled otherwise', async (t) => {
    const { register } = setUp(t, version('"int"'), version(record(field), { subject: 'other' }))
    assert.deepEqual(await register(version('{"type":"int"}')), { id: 1, asked: 0 })
    assert.deepEqual(await register(version(spelledOtherwise, { subject: 'other' })), { id: 2, asked: 1 })
  })

  it('is an earlier version, although it could not become a new one', async (t) => {
    const { register } = setUp(t, version(record(field)), version('"string"'))
    assert.equal((await register(version(spelledOtherwise))).id, 1)
    await assert.rejects(register(version(record())), { code: 'BUS_SCHEMA_INCOMPATIBLE' })
  })

  it('is compared with a version that refers to what it defines itself', async (t) => {
    const references = [{ name: 'P', subject: 'p', version: 1 }]
    const { register, find } = setUp(
      t,
      version('{"type":"fixed","name":"P","size":1}', { subject: 'p' }),
      version('{"type":"array","items":"P"}', { references })
    )
    const writtenOut = version('{"type":"array","items":{"type":"fixed","name":"P","size":1}}')
    assert.equal((await register(writtenOut)).id, 2)
    assert.equal((await find(writtenOut))?.id, 2)
  })

  it('is refused each time if it is not valid', async (t) => {
    const { register, find } = setUp(t, version('"string"'))
    for (const text of ['{}', '{"type":"record","name":"A","fields":[],"aliases":[1,2]}', '"nowhere"']) {
      for (const ask of [register, find, register]) {
        await assert.rejects(ask(version(text)), { code: 'BUS_SCHEMA_INVALID' })
      }
    }
  })
})
