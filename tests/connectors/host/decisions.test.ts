import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { failureOf } from '#connectors/host/failures.ts'
import { waitAfterFailureMs, waitAfterPollMs } from '#connectors/host/inbound/next-poll.ts'
import { createRecentItems } from '#connectors/host/inbound/recent-items.ts'
import { durationMs } from '#connectors/host/instance-settings.ts'
import { statusOf } from '#connectors/host/instance-status.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { defineFaults } from '#protocol/errors/define-faults.ts'
import { withTimeout } from '#protocol/timing/with-timeout.ts'

function coded(code: string, message = 'x'): Error {
  return Object.assign(new TypeError(message), { code })
}

describe('what a failure of the outside means', () => {
  const faults = defineFaults('test', {
    gone: { means: 'unreachable', vi: 'a', en: 'a' },
    no: { means: 'refused', vi: 'a', en: 'a' },
    login: { means: 'credentials', vi: 'a', en: 'a' },
    busy: { means: 'later', vi: 'a', en: 'a' },
    bad: { means: 'unusable', vi: 'a', en: 'a' }
  })
  const cases: readonly (readonly [string, unknown, string])[] = [
    ['a refused connection', coded('ECONNREFUSED'), 'unreachable'],
    ['a name that is not found', coded('ENOTFOUND'), 'unreachable'],
    ['a certificate', coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'unreachable'],
    ['a time limit of undici', coded('UND_ERR_HEADERS_TIMEOUT'), 'unreachable'],
    ['fetch failed', new TypeError('fetch failed', { cause: coded('ECONNRESET') }), 'unreachable'],
    ['fetch failed without a cause', new TypeError('fetch failed'), 'unreachable'],
    [
      'an aborted call',
      AbortSignal.timeout(0).reason ?? new DOMException('x', 'TimeoutError'),
      'unreachable'
    ],
    ['several addresses', new AggregateError([coded('ETIMEDOUT')], 'x'), 'unreachable'],
    ['a bug', new TypeError('undefined is not a function'), 'later'],
    ['something that is no error', 'x', 'later'],
    ['401 of some library', Object.assign(new TypeError('x'), { status: 401 }), 'credentials'],
    ['403 of some library', Object.assign(new TypeError('x'), { statusCode: 403 }), 'later'],
    ['an error of the bus', new BusError('BUS_ATTACHMENT_INVALID', 'not-found'), 'later'],
    ['unreachable, by the kind', faults.gone(), 'unreachable'],
    ['refused, by the kind', faults.no(), 'never'],
    ['credentials, by the kind', faults.login(), 'credentials'],
    ['later, by the kind', faults.busy(), 'later'],
    ['unusable, by the kind', faults.bad(), 'later']
  ]
  for (const [what, error, means] of cases) {
    it(`${what}: ${means}`, () => assert.equal(failureOf(error), means))
  }
})

describe('a fault of a kind', () => {
  const faults = defineFaults('sms', {
    long: { means: 'refused', vi: 'Tin dài hơn {limit} ký tự.', en: 'The text is longer than {limit}.' }
  })

  it('has its own texts in both languages, and a fixed code', () => {
    const error = faults.long({ values: { limit: 160 } })
    assert.deepEqual([error.code, error.fault], ['BUS_PEER_REFUSED', 'sms:long'])
    assert.equal(error.text('vi'), 'Tin dài hơn 160 ký tự.')
    assert.equal(error.message, 'The text is longer than 160.')
  })

  it('is recognised across copies of the library', () => {
    const other = { [Symbol.for('lienthong.BusError')]: true, code: 'BUS_PEER_REFUSED' }
    assert.ok(other instanceof BusError)
    assert.equal(failureOf(other), 'never')
    assert.ok(!(new TypeError('x') instanceof BusError))
  })
})

describe('when the next poll is', () => {
  it('at once while there is more, soon while the backlog is full, otherwise about the interval', () => {
    assert.equal(waitAfterPollMs({ items: 5, hasMore: true }, 1000, 0.5), 0)
    assert.ok(waitAfterPollMs('backlog', 60_000, 0.5) < 1000)
    for (const random of [0, 0.5, 1]) {
      const waitMs = waitAfterPollMs({ items: 5, hasMore: false }, 1000, random)
      assert.ok(waitMs >= 950 && waitMs <= 1050)
    }
  })

  it('after failures later and later, up to five minutes, never before the interval or what the outside asks', () => {
    const waits = [1, 2, 3, 20].map((failures) => waitAfterFailureMs(failures, 100, 'x'))
    assert.deepEqual(waits, [1000, 2000, 4000, 300_000])
    assert.equal(waitAfterFailureMs(1, 600_000, 'x'), 600_000)
    const { busy } = defineFaults('test', { busy: { means: 'later', vi: 'a', en: 'a' } })
    assert.equal(waitAfterFailureMs(1, 1000, busy({ waitMs: 900_000 })), 900_000)
  })
})

describe('the last 200 items', () => {
  const many = (count: number, isBad: boolean): readonly boolean[] =>
    Array.from({ length: count }, () => isBad)

  it('are mostly bad from the hundred and first on, and only the last ones count', () => {
    const recent = createRecentItems()
    recent.add(many(100, true))
    assert.equal(recent.mostlyBad([false]), undefined)
    assert.equal(recent.mostlyBad([true]), 101)
    recent.add(many(150, false))
    assert.equal(recent.mostlyBad(many(100, true)), undefined)
    assert.equal(recent.mostlyBad(many(101, true)), 101)
  })
})

describe('the state of an instance', () => {
  const at = Date.parse('2026-11-26T00:00:00Z')
  const since = new Date(at).toISOString()
  const problem = { since: at, reason: 'why' }
  const outside = { reachedAt: undefined, failing: undefined, credentials: undefined }

  it('is the one that an operator can fix, and since when', () => {
    const paused = { cause: 'x', reason: 'maintenance', since, by: 'somebody' }
    const all = { startedAt: at, misconfigured: 'wrong', paused, outside: { ...outside, failing: problem } }
    assert.deepEqual(statusOf(all), { state: 'misconfigured', since, reason: 'wrong' })
    assert.deepEqual(statusOf({ ...all, misconfigured: undefined }), {
      ...{ state: 'paused', since, reason: 'maintenance', by: 'somebody' }
    })
    const failing = statusOf({ startedAt: at, outside: all.outside, retryAt: at + 1000 })
    assert.deepEqual(failing, {
      ...{ state: 'failing', since, reason: 'why', nextTry: new Date(at + 1000).toISOString() }
    })
    assert.equal(statusOf({ startedAt: at, outside }).state, 'connecting')
    assert.deepEqual(statusOf({ startedAt: 0, outside: { ...outside, reachedAt: at } }), {
      state: 'running',
      since
    })
    assert.equal(
      statusOf({ startedAt: at, outside: { ...outside, reachedAt: at }, problems: [problem] }).state,
      'failing'
    )
  })
})

describe('a call to the outside', () => {
  it('ends at its time limit, even if it takes no notice of its signal', async () => {
    const never = new AbortController().signal
    let seen: AbortSignal | undefined
    const hanging = withTimeout(never, 20, (signal) => {
      seen = signal
      return new Promise(() => {})
    })
    await assert.rejects(hanging, { code: 'BUS_PEER_UNREACHABLE', fault: 'peer-timeout' })
    assert.ok(seen?.aborted)
    assert.equal(await withTimeout(never, 1000, async () => 5), 5)
  })

  it('ends with the signal of the instance', async () => {
    const stop = new AbortController()
    const hanging = withTimeout(stop.signal, 10_000, () => new Promise(() => {}))
    stop.abort(new TypeError('stopped'))
    await assert.rejects(hanging, /stopped/)
  })
})

it('durations are read in their unit', () => {
  assert.deepEqual(['100ms', '30s', '5m', '2h'].map(durationMs), [100, 30_000, 300_000, 7_200_000])
})

describe('an instance whose outside asked to wait', () => {
  it('says so, and until when', () => {
    const outside = { reachedAt: 0, failing: undefined, credentials: undefined }
    const { state, reason, nextTry } = statusOf({ startedAt: 0, outside, heldUntil: 86_400_000 })
    assert.deepEqual([state, nextTry], ['running', '1970-01-02T00:00:00.000Z'])
    assert.match(reason ?? '', /Retry-After/)
  })
})
