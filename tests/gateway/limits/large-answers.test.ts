import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import fastify from 'fastify'
import { createTurns } from '#bus/fair-use/turns.ts'
import { addFairUse } from '#gateway/plugins/fair-use.ts'
import { Config } from '#runtime/config.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { until } from '../../helpers/until.ts'

it('large answers that nobody takes wait for room, also before their route was known to give such', async (t) => {
  const { limits } = (await loadConfig(Config, { file: undefined, environment: {} })).gateway
  const app = fastify()
  addFairUse(app, { limits, maxBodyBytes: 1000, turns: createTurns() })
  let made = 0
  app.get('/large', async () => {
    made += 1
    return 'x'.repeat(8_000_000)
  })
  t.after(() => app.close())
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  const sockets = Array.from({ length: 50 }, () =>
    connect({ port: Number(port), host: '127.0.0.1' }, function (this: ReturnType<typeof connect>) {
      this.pause()
      this.write('GET /large HTTP/1.1\r\nhost: x\r\n\r\n')
    })
  )
  t.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  await until(() => made >= 2, 10_000)
  await pause(500) // For those that should not come.
  assert.ok(made <= 4, `${made} answers of 8 MB in memory`)
})
