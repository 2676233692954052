import assert from 'node:assert/strict'
import { it } from 'node:test'
import { fastify } from 'fastify'
import { addProblemReplies } from '#gateway/plugins/problem-replies.ts'
import { BusError } from '#protocol/errors/bus-error.ts'

it('logs a part of the bus that is away as that, what broke as an internal error, and the rest not at all', async (t) => {
  const lines: { readonly msg: string }[] = []
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const app = fastify({ logger: { level: 'error', stream } })
  t.after(() => app.close())
  addProblemReplies(app)
  app.get('/away', () => {
    throw new BusError('BUS_LOG_UNAVAILABLE', 'append-failed')
  })
  app.get('/broken', () => {
    throw new TypeError('it is not a function')
  })
  for (const [path, status, logged] of [
    ['/away', 503, /answered 503/],
    ['/broken', 500, /internal error/],
    ['/unknown', 404, undefined]
  ] as const) {
    lines.length = 0
    assert.equal((await app.inject(path)).statusCode, status)
    assert.equal(lines.length, logged ? 1 : 0)
    if (logged) assert.match(lines[0]?.msg ?? '', logged)
  }
})
