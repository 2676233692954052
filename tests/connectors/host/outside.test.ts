import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Session } from '#connectors/connector.ts'
import { afterFailure, type Breaker, closedBreaker, isOpen } from '#connectors/host/breaker.ts'
import { createOutside, type OutsideOptions } from '#connectors/host/outside.ts'
import { faults } from '#connectors/shared-formats/http/faults.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'

const unreachable = (): BusError => faults.unreachable({ values: { host: 'x', problem: 'y' } })
const credentials = (): BusError => faults.credentials({ values: { host: 'x', status: 401 } })

/** An outside with a clock and a connection that the test sets. */
function openOutside(options: Partial<OutsideOptions> = {}) {
  const world = {
    now: 1000,
    connects: 0,
    closes: 0,
    fault: undefined as unknown,
    lines: [] as { level: number }[]
  }
  const outside = createOutside({
    name: 'x',
    async connect(): Promise<Session> {
      world.connects += 1
      if (world.fault) throw world.fault
      return {
        async close() {
          world.closes += 1
        }
      }
    },
    logger: createLogger({
      level: 'info',
      destination: { write: (line) => void world.lines.push(JSON.parse(line)) }
    }),
    now: () => world.now,
    steadyNow: () => world.now,
    random: () => 0,
    ...options
  })
  const fail = (error: unknown) =>
    outside.use(async () => {
      throw error
    })
  return { world, outside, fail }
}

describe('the breaker', () => {
  it('lets a person have an outside tried that it keeps from being called', async () => {
    const { outside, fail } = openOutside()
    for (let failure = 0; failure < 3; failure += 1) await assert.rejects(fail(unreachable()))
    const call = () => outside.use(async () => 'called')
    await assert.rejects(call, { fault: 'breaker-open' })
    outside.tryNow()
    assert.equal(await call(), 'called')
    assert.equal(outside.retryAt(), undefined)
  })

  it('waits a day at most, whatever the outside asks', async () => {
    const { world, outside, fail } = openOutside()
    const asks = faults.unreachable({ values: { host: 'x', problem: 'y' }, waitMs: 900_000_000 })
    for (let failure = 0; failure < 3; failure += 1) await assert.rejects(fail(asks))
    assert.equal(outside.retryAt(), world.now + 86_400_000)
  })

  it('spreads outsides that failed together over a quarter of the wait', () => {
    const retryAt = (random: number) =>
      afterFailure({ failures: 10, retryAt: 0 }, { isConnecting: true, random, now: 0 }).retryAt
    assert.deepEqual([retryAt(0), retryAt(1)], [60_000, 45_000])
  })

  it('opens at the third failure in a row, and waits longer each time up to a minute', () => {
    let breaker: Breaker = closedBreaker
    const waits: number[] = []
    for (let count = 0; count < 12; count += 1) {
      breaker = afterFailure(breaker, { isConnecting: false, now: 0 })
      waits.push(breaker.retryAt)
    }
    assert.deepEqual(waits.slice(0, 5), [0, 0, 1000, 2000, 4000])
    assert.equal(waits.at(-1), 60_000)
  })

  it('opens at the first failure to connect, and waits at least as long as it is asked to', () => {
    const breaker = afterFailure(closedBreaker, { isConnecting: true, askedMs: 5000, now: 100 })
    assert.ok(isOpen(breaker))
    assert.equal(breaker.retryAt, 5100)
  })
})

describe('an outside', () => {
  it('has one session for all who use it at once', async () => {
    const { world, outside } = openOutside()
    const sessions = await Promise.all([1, 2, 3].map(() => outside.use(async (session) => session)))
    assert.equal(new Set(sessions).size, 1)
    assert.equal(world.connects, 1)
    await outside.close()
    assert.equal(world.closes, 1)
  })

  it('is not called while its breaker is open; then one call tries it', async () => {
    const { world, outside, fail } = openOutside()
    for (let count = 0; count < 3; count += 1) await assert.rejects(fail(unreachable()))
    assert.equal(outside.retryAt(), 2000)
    let calls = 0
    const call = () =>
      outside.use(async () => {
        calls += 1
      })
    await assert.rejects(call(), { code: 'BUS_PEER_UNREACHABLE', fault: 'breaker-open' })
    assert.equal(calls, 0)
    world.now = 2000
    const results = await Promise.allSettled([call(), call(), call()])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected']
    )
    assert.deepEqual([calls, outside.retryAt(), outside.facts().failing], [1, undefined, undefined])
    assert.deepEqual(
      world.lines.map(({ level }) => level),
      [40, 30]
    )
  })

  it('counts one failure of connecting once, however many wait for it', async () => {
    const { world, outside } = openOutside()
    world.fault = unreachable()
    await Promise.allSettled([1, 2, 3, 4].map(() => outside.use(async () => {})))
    assert.equal(world.connects, 1)
    assert.equal(outside.retryAt(), 2000, 'the first wait, not the fourth')
  })

  it('gets a new session after its connection broke; the old one is closed when nobody uses it', async () => {
    const { world, outside, fail } = openOutside()
    const { promise, resolve } = Promise.withResolvers<void>()
    const long = outside.use(() => promise)
    await assert.rejects(fail(unreachable()))
    await outside.use(async () => {})
    assert.deepEqual([world.connects, world.closes], [2, 0])
    resolve()
    await long
    assert.equal(world.closes, 1)
  })

  it('keeps session and breaker where it answered, even with an error', async () => {
    const { world, outside, fail } = openOutside()
    for (let count = 0; count < 5; count += 1)
      await assert.rejects(fail(new BusError('BUS_PEER_REFUSED', 'not-found')))
    assert.deepEqual([world.connects, outside.retryAt()], [1, undefined])
  })

  it('connects again once where credentials are not accepted, and reports it then', async () => {
    const { world, outside, fail } = openOutside()
    await assert.rejects(fail(credentials()), { code: 'BUS_PEER_CREDENTIALS' })
    assert.equal(world.connects, 2)
    assert.equal(outside.facts().credentials?.retryAt, 1000 + 3_600_000)
    await outside.use(async () => {})
    assert.equal(outside.facts().credentials, undefined)
  })
})

describe('what is shown of a failure', () => {
  it('is never the text of a library, which may contain credentials', async () => {
    const { outside, fail, world } = openOutside()
    const secret = () => Object.assign(new Error('GET https://u:pass@h/?token=t'), { code: 'ECONNRESET' })
    for (let count = 0; count < 3; count += 1) await fail(secret()).catch(() => {})
    assert.equal(outside.facts().failing?.reason, 'Outside system is unreachable (ECONNRESET)')
    world.now += 3_600_000
    const rejected = Object.assign(new Error('invalid key sk-1'), { status: 401 })
    await fail(rejected).catch(() => {})
    assert.doesNotMatch(outside.facts().credentials?.reason ?? 'sk-1', /sk-1/)
  })
})

describe('the end of a connection', () => {
  it('does not wait for ever for a session that does not close', async () => {
    const session: Session = { close: () => new Promise(() => {}) }
    const { world, outside } = openOutside({ connect: async () => session, closeTimeoutMs: 20 })
    await outside.use(async () => {})
    await outside.close()
    assert.deepEqual(
      world.lines.map(({ level }) => level),
      [40]
    )
  })
})
