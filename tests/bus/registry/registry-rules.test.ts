import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkDeletion, checkRegistration, checkSpelling } from '#bus/registry/registry-rules.ts'
import {
  applyDeletion,
  applyRegistration,
  emptyRegistryState,
  otherSpelling,
  type RegistryState,
  subjectOf,
  versionWith
} from '#bus/registry/registry-state.ts'
import { createSchemaChecks } from '#bus/registry/schema-checks.ts'
import { readContent } from '#bus/registry/schema-content.ts'
import type { SchemaReference } from '#protocol/avro/schema-reference.ts'
import {
  resourceOfSubject,
  subjectOfResource,
  subjectOfType,
  typeOfSubject
} from '#protocol/events/event-subjects.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'

const agency = '000.00.91.H03'
const record = (name: string, ...fields: readonly object[]): string =>
  JSON.stringify({ type: 'record', name, namespace: 'vn.test', fields })

interface Sent {
  readonly subject: string
  readonly text: string
  readonly references?: readonly SchemaReference[]
  readonly owner?: string
}

const schemaChecks = createSchemaChecks({ domains: new Set(['document']) })

/** Registers as an act does: checks it, then applies it. */
function register(state: RegistryState, { subject, text, references = [], owner = agency }: Sent): void {
  const facts = { subject, type: typeOfSubject(subject), text, references, owner }
  checkRegistration(state, facts)
  schemaChecks.check(state, facts, undefined)
  applyRegistration(state, { ...facts, act: 1 })
}

describe('the registry', () => {
  it('knows the subject of every event type, and the event type of its subject', () => {
    for (const { type } of shippedSchemas()) {
      assert.equal(typeOfSubject(subjectOfType(type)), type)
      assert.equal(resourceOfSubject(subjectOfType(type)), `/schemas/${type}`)
    }
    assert.equal(typeOfSubject('visits-value'), undefined)
    assert.equal(resourceOfSubject('a/b%'), '/subjects/a%2Fb%25')
  })

  it('gives one content one id, whatever its white space, and every subject its own versions', () => {
    const state = emptyRegistryState()
    register(state, { subject: 'a', text: '"string"' })
    register(state, { subject: 'b', text: ' "string" ' })
    register(state, { subject: 'a', text: '{"type":"string"}' })
    const versions = (subject: string) =>
      state.subjects.get(subject)?.versions.map(({ version, id }) => [version, id])
    assert.deepEqual(
      [versions('a'), versions('b')],
      [
        [
          [1, 1],
          [2, 2]
        ],
        [[1, 1]]
      ]
    )
  })

  it('refuses what is not compatible, naming field and version, and what is there already', () => {
    const state = emptyRegistryState()
    register(state, { subject: 'a', text: record('R', { name: 'x', type: 'int' }) })
    const wider = record('R', { name: 'x', type: 'int' }, { name: 'y', type: 'int' })
    assert.throws(() => register(state, { subject: 'a', text: wider }), {
      code: 'BUS_SCHEMA_INCOMPATIBLE',
      message: /version 1.*y/
    })
    assert.throws(() => register(state, { subject: 'a', text: record('R', { name: 'x', type: 'int' }) }), {
      code: 'BUS_ACT_CONFLICT'
    })
  })

  it('takes only the profile of event types, of a domain that has a topic, under the subject of one', () => {
    const state = emptyRegistryState()
    const named = (domain: string, field: object) =>
      JSON.stringify({ type: 'record', name: 'XDoneV1', namespace: `lienthong.${domain}`, fields: [field] })
    const subject = subjectOfType('document.x-done.v1').replace('DocumentXDoneV1', 'DocumentXDoneV1')
    const text = named('document', { name: 'x', type: 'double', doc: 'No floating point.' }).replace(
      'XDoneV1',
      'DocumentXDoneV1'
    )
    assert.throws(() => register(state, { subject, text }), { code: 'BUS_SCHEMA_INVALID', message: /x/ })
    const strange = named('other', { name: 'x', type: 'string', doc: 'x' }).replace('XDoneV1', 'OtherXDoneV1')
    assert.throws(() => register(state, { subject: subjectOfType('other.x-done.v1'), text: strange }), {
      fault: 'schema-domain-unknown'
    })
    register(state, { subject: 'elsewhere', text })
  })

  it('reads a schema with what it refers to, and keeps that from being deleted', () => {
    const state = emptyRegistryState()
    register(state, { subject: 'room', text: record('Room', { name: 'n', type: 'int' }) })
    const house = record('House', { name: 'hall', type: 'vn.test.Room' })
    const references = [{ name: 'vn.test.Room', subject: 'room', version: 1 }]
    assert.throws(() => register(state, { subject: 'house', text: house }), { code: 'BUS_SCHEMA_INVALID' })
    register(state, { subject: 'house', text: house, references })
    assert.throws(() => checkDeletion(state, 'room', { version: 1, permanent: false }), {
      code: 'BUS_SCHEMA_IN_USE'
    })
    assert.throws(
      () =>
        register(state, {
          subject: 'x',
          text: house,
          references: [{ name: 'x', subject: 'room', version: 9 }]
        }),
      { fault: 'schema-reference-unknown' }
    )
  })

  it('deletes for good only what was deleted softly, and never a version of an event type', () => {
    const state = emptyRegistryState()
    register(state, { subject: 'a', text: '"string"' })
    assert.throws(() => checkDeletion(state, 'a', { version: 1, permanent: true }), {
      fault: 'version-not-deleted'
    })
    applyDeletion(state, 'a', { version: 1, permanent: false })
    assert.throws(() => checkDeletion(state, 'a', { version: 1, permanent: false }), {
      fault: 'version-deleted-already'
    })
    checkDeletion(state, 'a', { version: 1, permanent: true })
    applyDeletion(state, 'a', { version: 1, permanent: true })
    assert.equal(state.subjects.has('a'), false)
    const type = 'document.issued.v1'
    const text = shippedSchemas().find((one) => one.type === type)?.text ?? ''
    register(state, { subject: subjectOfType(type), text, owner: '/bus' })
    applyDeletion(state, subjectOfType(type), { version: 1, permanent: false })
    assert.throws(() => checkDeletion(state, subjectOfType(type), { version: 1, permanent: true }), {
      fault: 'schema-of-event-type'
    })
  })

  it('lets no agency fill the memory of every process', () => {
    const state = emptyRegistryState()
    const long = (n: number) =>
      JSON.stringify({ type: 'fixed', name: `F${n}`, size: 1, doc: 'x'.repeat(250_000) })
    const fill = () => {
      for (let n = 0; n < 100; n += 1) register(state, { subject: `s${n}`, text: long(n) })
    }
    assert.throws(fill, { fault: 'registry-full' })
    applyDeletion(state, 's0', { version: undefined, permanent: false })
    applyDeletion(state, 's0', { version: undefined, permanent: true })
    assert.throws(() => register(state, { subject: 'again', text: long(1000) }), { fault: 'registry-full' })
    register(state, { subject: 'of the operator', text: long(1001), owner: '/bus' })
  })

  it('lets no type change what was written with a version that is deleted', () => {
    const state = emptyRegistryState()
    const type = 'document.issued.v1'
    const subject = subjectOfType(type)
    const text = shippedSchemas().find((one) => one.type === type)?.text ?? ''
    register(state, { subject, text, owner: '/bus' })
    applyDeletion(state, subject, { version: undefined, permanent: false })
    const schema = JSON.parse(text) as { fields: readonly { name: string }[] }
    const less = JSON.stringify({ ...schema, fields: schema.fields.slice(1) })
    assert.throws(() => register(state, { subject, text: less, owner: '/bus' }), {
      fault: 'schema-changes-field'
    })
  })

  it('gives no number of a version twice, so that an id means one schema for ever', () => {
    const state = emptyRegistryState()
    register(state, { subject: 'a', text: '"string"' })
    applyDeletion(state, 'a', { version: undefined, permanent: false })
    applyDeletion(state, 'a', { version: undefined, permanent: true })
    register(state, { subject: 'a', text: '"int"' })
    assert.deepEqual(
      state.subjects.get('a')?.versions.map(({ version }) => version),
      [2]
    )
  })

  it('lets what another agency refers to be taken out of use, and not be forgotten', () => {
    const state = emptyRegistryState()
    register(state, { subject: 'room', text: record('Room', { name: 'n', type: 'int' }) })
    const references = [{ name: 'vn.test.Room', subject: 'room', version: 1 }]
    const house = record('House', { name: 'hall', type: 'vn.test.Room' })
    register(state, { subject: 'house', text: house, references, owner: '000.00.92.H03' })
    checkDeletion(state, 'room', { version: 1, permanent: false })
    applyDeletion(state, 'room', { version: 1, permanent: false })
    assert.throws(() => checkDeletion(state, 'room', { version: 1, permanent: true }), {
      fault: 'schema-referenced'
    })
  })

  it('refuses what there is more to compare with than time for', () => {
    const state = emptyRegistryState()
    const fields = Array.from({ length: 4000 }, (_, n) => ({ name: `field${n}`, type: 'string' }))
    register(state, { subject: 'a', text: record('A', ...fields) })
    const references = [{ name: 'vn.test.A', subject: 'a', version: 1 }]
    const text = (doc: string) =>
      JSON.stringify({
        type: 'record',
        name: 'X',
        namespace: 'vn.test',
        doc,
        fields: [{ name: 'a', type: 'vn.test.A' }]
      })
    for (let n = 0; n < 100; n += 1) register(state, { subject: 'x', text: text(`${n}`), references })
    state.levels.set('x', 'BACKWARD_TRANSITIVE')
    assert.throws(() => register(state, { subject: 'x', text: text('new'), references }), {
      code: 'BUS_SCHEMA_INCOMPATIBLE'
    })
  })

  it('has one resource for each subject', () => {
    for (const resource of [
      '/schemas/document.sent-.v1',
      '/schemas/dossier.status.changed.v1',
      '/schemas/foo',
      '/subjects/a%2fb'
    ]) {
      assert.equal(subjectOfResource(resource), undefined, resource)
    }
    assert.equal(subjectOfResource('/subjects/a%2Fb'), 'a/b')
  })

  it('finds a schema again without walking through what it refers to, however large it is', () => {
    const state = emptyRegistryState()
    const versions = 1000
    for (let n = 1; n <= versions; n += 1) {
      const text = JSON.stringify({ type: 'record', name: `T${n}`, fields: [] })
      applyRegistration(state, { subject: 's', type: undefined, text, references: [], owner: agency, act: n })
    }
    const references = Array.from({ length: 100 }, (_, n) => {
      const version = versions - n
      return { name: `T${version}`, subject: 's', version }
    })
    const fields = Array.from({ length: 5000 }, (_, n) => ({
      name: `a${n}`,
      type: `T${versions}`
    }))
    const schema = { text: JSON.stringify({ type: 'record', name: 'vn.R', fields }), references }
    assert.ok(
      JSON.stringify(readContent(schema.text, references)).length < 200,
      'what is kept of it is small'
    )
    otherSpelling(state, schema) // Reads it once.
    const before = process.cpuUsage()
    for (let n = 0; n < 10; n += 1) otherSpelling(state, schema)
    const { user } = process.cpuUsage(before)
    assert.ok(user < 500_000, `${user} µs`)
  })

  it('applies acts of earlier releases that registered one schema in two spellings: each keeps its own id', () => {
    const state = emptyRegistryState()
    const spellings = ['"string"', '{"type":"string"}']
    for (const [act, text] of spellings.entries()) {
      const facts = { subject: 'a', type: undefined, text, references: [], owner: agency }
      checkRegistration(state, facts)
      applyRegistration(state, { ...facts, act })
    }
    const entry = subjectOf(state, 'a')
    const found = spellings.map((text) => versionWith(state, entry, { text, references: [] }, () => true)?.id)
    assert.deepEqual(found, [1, 2])
    for (const text of spellings) checkSpelling(state, { text, references: [] })
  })
})
