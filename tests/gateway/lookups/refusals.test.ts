import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import type { GatewayError } from '#client/gateway-error.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { refusalTables } from '#gateway/refusals/refusal-tables.ts'
import { createRefusals, type Refusal, type RefusalsOptions } from '#gateway/refusals/refusals.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { addSystem } from '../../helpers/add-system.ts'
import { describeOnEngines } from '../../helpers/engine-sets.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { actOnSystem, codes, send, startTestBus, systemOf } from '../../helpers/test-bus.ts'

interface Shown {
  readonly code: string
  readonly detail: string
  readonly checksPassed: readonly string[]
  readonly check: string
  readonly caller?: { readonly agency: string; readonly system: string }
  readonly route: string
  readonly others?: readonly Shown[]
}

async function refused(request: Promise<unknown>): Promise<string> {
  let traceId: string | undefined
  await assert.rejects(request, (error: GatewayError) => {
    traceId = error.problem.traceId
    return true
  })
  assert.ok(traceId)
  return traceId
}

describeOnEngines('refused requests', (engines) => {
  it('are found by their traceId, by those who may see them, with what they had passed', async (t) => {
    const folder = temporaryFolder(t)
    const bus = await startTestBus(t, { folder, settings: await engines.settingsFor(folder) })
    const { operator, clients, url } = bus
    const auditor = await addSystem(bus, `/agencies/${codes.C}/systems/auditor`, { roles: ['auditor'] })
    const why = (reader: typeof operator, traceId: string) => reader.get<Shown>(`/v1/refusals/${traceId}`)

    const secret = 'xin-chao-bi-mat'
    const traceId = await refused(clients.A.publish(bus.document({}, { title: 7, [secret]: secret })))
    for (const reader of [operator, auditor, clients.A]) {
      const shown = await why(reader, traceId)
      assert.equal(shown.code, 'BUS_PAYLOAD_INVALID')
      assert.equal(shown.check, 'schema')
      assert.deepEqual(shown.checksPassed.slice(-3), ['submission', 'attributes', 'rights'])
      assert.deepEqual(shown.caller, { agency: codes.A, system: systemOf('A') })
      assert.equal(shown.route, 'POST /v1/events')
    }
    for (const reader of [clients.B, clients.C]) {
      await assert.rejects(why(reader, traceId), { code: 'BUS_NOT_FOUND' })
      await assert.rejects(why(reader, 'f'.repeat(32)), { code: 'BUS_NOT_FOUND' })
    }

    // Whoever has no token may choose the same trace id, and hides nothing by that.
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`
    const stranger = await send(`${url}/v1/inbox?x=${secret}`, { headers: { traceparent } })
    assert.equal(stranger.status, 401)
    assert.equal(stranger.body.traceId, traceId)
    const both = await why(operator, traceId)
    assert.equal(both.code, 'BUS_PAYLOAD_INVALID')
    const [unknown] = both.others ?? []
    assert.equal(unknown?.code, 'BUS_TOKEN_INVALID')
    assert.deepEqual(unknown?.checksPassed, ['request', 'media-type'])
    assert.equal(unknown?.caller, undefined)
    assert.equal((await why(clients.A, traceId)).others, undefined)
    assert.ok(!JSON.stringify(unknown).includes(secret))

    const ofRegistry = 'c'.repeat(32)
    await send(`${url}/registry/subjects/nothing/versions/1`, {
      headers: { traceparent: `00-${ofRegistry}-00f067aa0ba902b7-01` }
    })
    const registry = await why(operator, ofRegistry)
    assert.match(registry.route, /^GET \/registry\/subjects\//)

    await actOnSystem(operator, systemOf('B'), { act: 'system.suspended' })
    const suspended = await why(operator, await refused(clients.B.page()))
    assert.equal(suspended.check, 'system-status')
    assert.deepEqual(suspended.caller, { agency: codes.B, system: systemOf('B') })
  })
})

const refusal: Refusal = {
  ...{ traceId: 'a', who: 'A', route: 'GET /', token: 'plain', hasCaller: false, hasBody: false },
  caller: { agency: 'A', system: 'a' },
  error: new BusError('BUS_TOKEN_INVALID', 'token-refused')
}

describeOnEveryStore('the store of refused requests', (open) => {
  const lab = async (t: TestContext, limits: RefusalsOptions['limits']) => {
    const clock = { now: Date.parse('2026-11-27T00:00:00Z') }
    const logger = createLogger({ level: 'silent' })
    const refusals = createRefusals({
      store: await open(t, [refusalTables]),
      logger,
      now: () => clock.now,
      limits
    })
    const count = async (traceId: string) => (await refusals.find(traceId, {})).length
    return { clock, refusals, count }
  }

  it('keeps only so many of a caller, and of all, in a minute', async (t) => {
    const { clock, refusals, count } = await lab(t, { perCaller: 2, perMinute: 3 })
    for (let index = 0; index < 9; index += 1) refusals.note(refusal)
    assert.equal(await count('a'), 2)
    for (const who of ['B', 'C', 'D']) refusals.note({ ...refusal, who, traceId: who })
    assert.deepEqual([await count('B'), await count('C'), await count('D')], [1, 0, 0])
    clock.now += 60_000
    refusals.note(refusal)
    assert.equal(await count('a'), 3)
  })

  it('forgets the oldest: after 30 days, and when there are too many', async (t) => {
    const { clock, refusals, count } = await lab(t, { rows: 4 })
    refusals.note(refusal)
    assert.equal(await count('a'), 1)
    clock.now += 30 * 86_400_000 + 1
    assert.equal(await count('a'), 0)
    for (const traceId of ['b', 'c', 'd']) refusals.note({ ...refusal, traceId })
    assert.equal(await count('d'), 1)
    assert.deepEqual([await count('a'), await count('b'), await count('c')], [0, 0, 1])
  })

  it('forgets those of strangers before those of callers, and shows them after these', async (t) => {
    const { clock, refusals, count } = await lab(t, { perCaller: 50, perMinute: 100, rows: 10 })
    const { caller, ...stranger } = refusal
    refusals.note(refusal)
    for (const who of ['X', 'Y', 'Z']) {
      for (let index = 0; index < 30; index += 1) refusals.note({ ...stranger, who, traceId: 'x' })
    }
    assert.equal(await count('x'), 5, 'half of what is kept')
    for (let index = 0; index < 3; index += 1) refusals.note({ ...refusal, who: 'B' })
    const [first] = await refusals.find('a', {})
    assert.equal(first?.system, caller?.system)
    for (let minutes = 0; minutes < 3; minutes += 1) {
      clock.now += 60_000
      for (let index = 0; index < 30; index += 1) refusals.note({ ...stranger, traceId: 'a' })
      assert.equal((await refusals.find('a', {}))[0]?.system, caller?.system)
    }
    assert.equal((await refusals.find('a', { agency: 'A' })).length, 4)
  })
})
