import assert from 'node:assert/strict'
import { it } from 'node:test'
import { GatewayError } from '#client/gateway-error.ts'
import { describeOnEngines } from '../helpers/engine-sets.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { startTestBus } from '../helpers/test-bus.ts'

describeOnEngines('a graceful stop under load', ({ settingsFor }) => {
  it('finishes or refuses what is open, and loses nothing it acknowledged', async (t) => {
    const folder = temporaryFolder(t)
    const settings = await settingsFor(folder)
    const bus = await startTestBus(t, { folder, settings })
    const acknowledged: string[] = []
    const refusals: unknown[] = []
    let running = true
    const lane = async (): Promise<void> => {
      while (running) {
        const event = bus.document()
        try {
          const [result] = await bus.clients.A.publish(event)
          if (result?.status === 'accepted') acknowledged.push(event.id)
        } catch (error) {
          refusals.push(error)
          running = false
        }
      }
    }
    const waiting = bus.clients.C.page({ waitSeconds: 30 })
    const lanes = Promise.all(Array.from({ length: 16 }, lane))
    while (acknowledged.length < 200) await new Promise((resolve) => setTimeout(resolve, 5))
    const began = performance.now()
    await bus.bus.close()
    assert.ok(performance.now() - began < 9000, 'no open request held it up')
    running = false
    await lanes
    assert.deepEqual((await waiting).events, [], 'the long poll was answered with what there was')
    for (const error of refusals) {
      const isOurs =
        error instanceof GatewayError && error.problem.status === 503 && error.waitMs !== undefined
      const isClosed = error instanceof GatewayError && error.code === 'BUS_GATEWAY_UNREACHABLE'
      assert.ok(isOurs || isClosed, `neither 503 with Retry-After nor a closed connection: ${error}`)
    }
    const again = await startTestBus(t, { folder, settings, port: Number(new URL(bus.url).port) })
    const seen = new Set<string>()
    let page = await again.clients.B.page({ limit: 500, waitSeconds: 30 })
    while (page.events.length > 0) {
      for (const { event } of page.events) seen.add(event.id)
      if (acknowledged.every((id) => seen.has(id))) break
      page = await again.clients.B.page({ limit: 500, after: page.next, waitSeconds: 30 })
    }
    assert.deepEqual(
      acknowledged.filter((id) => !seen.has(id)),
      []
    )
  })
})
