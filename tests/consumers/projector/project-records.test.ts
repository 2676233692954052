import assert from 'node:assert/strict'
import { it } from 'node:test'
import { emptyControlState } from '#bus/control/control-state.ts'
import { createEventTypes } from '#bus/registry/event-types.ts'
import { applyRegistration } from '#bus/registry/registry-state.ts'
import { createProjection } from '#consumers/projector/project-records.ts'
import { noTracing } from '#engines/telemetry/tracing.ts'
import { subjectOfType } from '#protocol/events/event-subjects.ts'
import { busPublicJwk, goodRecords, schemas, toLogRecord } from '../../fuzz/avro-records.ts'

it('what comes before a record of a schema not known yet does not wait with it', async () => {
  const state = { ...emptyControlState(), lastAct: 1 }
  state.busKeys.set(busPublicJwk.kid, { jwk: busPublicJwk } as never)
  const register = ({ type, text }: (typeof schemas)[number]): void =>
    applyRegistration(state.registry, {
      subject: subjectOfType(type),
      type,
      text,
      references: [],
      owner: '/bus',
      act: 1
    })
  const records = (await goodRecords()).map(toLogRecord)
  const schemaOf = (value: Uint8Array): number => Buffer.from(value).readUInt32BE(1)
  const known = records.filter(({ value }) => schemaOf(value) === 1)
  const unknown = records.filter(({ value }) => schemaOf(value) === 2)
  const [first, second] = schemas
  assert.ok(first && second && known[0] && unknown[0])
  register(first)
  const project = createProjection({
    control: { state, sync: async () => {} },
    eventTypes: createEventTypes(state.registry),
    tracing: noTracing
  })
  const { events, taken, waits } = await project([known[0], unknown[0], known[0]])
  assert.deepEqual([events.length, taken, waits?.code], [1, 1, 'BUS_CONTROL_STALE'])
  await assert.rejects(project([unknown[0]]), { code: 'BUS_CONTROL_STALE' })
  register(second)
  assert.equal((await project([known[0], unknown[0], known[0]])).taken, 3)
})

it('a record under a key of the bus that another process has just added waits until the act is read', async () => {
  const state = { ...emptyControlState(), lastAct: 100 }
  const [schema] = schemas
  const record = (await goodRecords())
    .map(toLogRecord)
    .find(({ value }) => Buffer.from(value).readUInt32BE(1) === 1)
  assert.ok(schema && record)
  const codecOf = () => ({ ...schema.codec, attachmentsIn: () => [] })
  let isAdded = false
  const sync = async () => {
    if (isAdded) state.busKeys.set(busPublicJwk.kid, { jwk: busPublicJwk } as never)
  }
  const eventTypes = { codecOf } as never
  const project = createProjection({ control: { state, sync }, eventTypes, tracing: noTracing })
  assert.deepEqual((await project([record])).quarantined.length, 1)
  isAdded = true
  assert.deepEqual((await project([record])).events.length, 1)
})

it('an error that nobody expected while one record is decoded quarantines that record, and not the others', async () => {
  const state = { ...emptyControlState(), lastAct: 100 }
  state.busKeys.set(busPublicJwk.kid, { jwk: busPublicJwk } as never)
  const [schema] = schemas
  assert.ok(schema)
  const [record] = (await goodRecords())
    .map(toLogRecord)
    .filter(({ value }) => Buffer.from(value).readUInt32BE(1) === 1)
  assert.ok(record)
  let calls = 0
  const eventTypes = {
    codecOf: () => {
      calls += 1
      return { ...schema.codec, attachmentsIn: () => (calls === 4 ? assert.fail('seeded') : []) }
    }
  }
  const project = createProjection({
    control: { state, sync: async () => {} },
    eventTypes: eventTypes as never,
    tracing: noTracing
  })
  const { events, quarantined, taken } = await project([record, record, record])
  assert.deepEqual([events.length, taken], [2, 3])
  assert.deepEqual(
    quarantined.map(({ reason, isOurs }) => [reason, isOurs]),
    [['it cannot be read: AssertionError [ERR_ASSERTION]: seeded', true]]
  )
})
