import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Session } from '#connectors/connector.ts'
import { attempt } from '#connectors/host/outbound/attempt.ts'
import { createOutside } from '#connectors/host/outside.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { openOutboundLab } from '#tests/helpers/outbound-lab.ts'
import { describeOnEveryStore } from '#tests/helpers/stores.ts'

describeOnEveryStore('an attempt that never ends', (openStore) => {
  it('counts as unreachable once its time is up, and the outside is tried again by others', async (t) => {
    let now = 1000
    let closes = 0
    const outside = createOutside({
      name: 'x',
      connect: async (): Promise<Session> => ({
        async close() {
          closes += 1
        }
      }),
      logger: createLogger({ level: 'silent' }),
      now: () => now,
      steadyNow: () => now
    })
    let begun = Promise.withResolvers<void>()
    const lab = await openOutboundLab(openStore, t, {
      instance: { outside },
      outbound: {
        deliver() {
          begun.resolve()
          return new Promise(() => {}) // It heeds no signal.
        }
      }
    })
    await lab.send({})
    const event = (await lab.options.inbox.events([1])).get(1)
    assert.ok(event)
    const line = { event: 1, sender: event.source, subject: event.subject }
    const delivery = {
      ...line,
      hash: event.hash,
      state: 'waiting',
      attempts: 0,
      mayHaveHappened: false
    } as const
    const stop = new AbortController().signal
    t.mock.timers.enable({ apis: ['setTimeout'] })
    for (let count = 1; count <= 4; count += 1) {
      begun = Promise.withResolvers()
      const running = attempt({ instance: lab.instance, options: lab.options, delivery, event, stop })
      await begun.promise
      t.mock.timers.tick(61_000)
      assert.equal((await running).kind, 'in-doubt')
      assert.equal(outside.retryAt() !== undefined, count >= 3)
      now += 3_600_000
    }
    assert.equal(closes, 4)
    assert.equal(await outside.use(async () => 'back'), 'back')
    assert.equal(outside.retryAt(), undefined)
  })
})
