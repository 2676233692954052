import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { settlesAfterMs } from '#engines/telemetry/settled-clock.ts'
import { startTestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

const month = 30 * 24 * 3_600_000

/** The clocks of this process, for as long as the test runs. */
function clocksOf(t: TestContext) {
  const [wall, elapsed] = [Date.now, performance.now.bind(performance)]
  const ahead = { wall: 0, elapsed: 0 }
  t.mock.method(Date, 'now', () => wall() + ahead.wall)
  t.mock.method(performance, 'now', () => elapsed() + ahead.elapsed)
  return {
    setForward(ms: number): void {
      ahead.wall += ms
    },
    pass(ms: number): void {
      ahead.wall += ms
      ahead.elapsed += ms
    }
  }
}

it('a bus that started a month behind expires nothing when its clock is set right, and all that is due five minutes later', async (t) => {
  const clocks = clocksOf(t)
  const bus = await startTestBus(t)
  const expirytime = new Date(Date.now() + 3_600_000).toISOString()
  const events = [bus.document({ expirytime }), bus.document({ expirytime })]
  await bus.clients.A.publish(...events)
  const states = (): Promise<readonly string[]> =>
    Promise.all(
      events.map(async ({ source, id }) => {
        const query = new URLSearchParams({ source, id })
        const found = await bus.clients.A.get<{ deliveries: readonly { state: string }[] }>(
          `/v1/events?${query}`
        )
        return found.deliveries[0]?.state ?? 'none'
      })
    )
  await until(async () => (await states()).every((state) => state === 'pending'), 10_000)

  clocks.setForward(month)
  const page = await bus.clients.B.page({ limit: 1 })
  assert.equal(page.events.length, 1)
  await until(async () => (await states()).includes('delivered'), 10_000)

  clocks.pass(settlesAfterMs)
  assert.deepEqual((await bus.clients.B.page({ after: page.next })).events, [])
  assert.deepEqual((await states()).toSorted(), ['delivered', 'expired'])
})
