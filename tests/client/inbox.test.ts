import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GatewayError } from '#client/gateway-error.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { toProblem } from '#protocol/errors/problem.ts'
import { answerBusy, answerJson, clientOf, startAnswering } from './answering-server.ts'

const items = (...ids: readonly string[]) => ids.map((id) => ({ cursor: `c-${id}`, event: { id } }))

describe('following an inbox', () => {
  it('reads on by the cursor of each page once its events were taken', { timeout: 10_000 }, async (t) => {
    const asked: (string | null)[] = []
    const gateway = await startAnswering(t, (request, response, turn) => {
      asked.push(new URL(`${request.url}`, 'http://bus').searchParams.get('after'))
      answerJson(response, { events: items(`${turn}a`, `${turn}b`), next: `n${turn}` })
    })
    const stop = new AbortController()
    const seen: string[] = []
    for await (const { event } of (await clientOf(gateway)).follow({ after: 'n0' }, stop.signal)) {
      seen.push(event.id)
      if (event.id === '2a') stop.abort()
    }
    assert.deepEqual(seen, ['1a', '1b', '2a'], 'and nothing comes once it was stopped')
    assert.deepEqual(asked, ['n0', 'n1'])
  })

  it('goes on after a gateway that was busy, silent or away, and tells of each', {
    timeout: 10_000
  }, async (t) => {
    const gateway = await startAnswering(t, (request, response, turn) => {
      if (turn === 1) answerBusy(response, { 'retry-after': '0' })
      else if (turn === 2)
        return // The connection stays open, and nothing comes.
      else if (turn === 3) request.socket.destroy()
      else answerJson(response, { events: items('late'), next: 'n' })
    })
    const stop = new AbortController()
    const retried: [string, number][] = []
    const options = {
      waitSeconds: 0,
      onRetry: (error: GatewayError, waitMs: number) => void retried.push([error.code, waitMs])
    }
    for await (const { event } of (await clientOf(gateway)).follow(options, stop.signal)) {
      assert.equal(event.id, 'late')
      stop.abort()
    }
    assert.deepEqual(retried, [
      ['BUS_OVERLOADED', 0],
      ['BUS_GATEWAY_UNREACHABLE', 1000],
      ['BUS_GATEWAY_UNREACHABLE', 1000]
    ])
  })

  it('is given the time of a long poll on top of its own', { timeout: 10_000 }, async (t) => {
    const gateway = await startAnswering(t, (_request, response) => {
      setTimeout(() => answerJson(response, { events: items('late'), next: 'n' }), 700)
    })
    const { events } = await (await clientOf(gateway)).page({ waitSeconds: 1 })
    assert.equal(events.length, 1)
  })

  it('ends at once when it is stopped while it waits', { timeout: 10_000 }, async (t) => {
    const gateway = await startAnswering(t, (_request, response) =>
      answerBusy(response, { 'retry-after': '600' })
    )
    const stop = new AbortController()
    const options = { onRetry: () => void setTimeout(() => stop.abort(), 10) }
    for await (const _item of (await clientOf(gateway)).follow(options, stop.signal))
      assert.fail('nothing came')
  })

  it('goes on from the time the gateway names after a restore', { timeout: 10_000 }, async (t) => {
    const from = '2026-11-24T00:00:00.000Z'
    const expired = toProblem(
      new BusError('BUS_CURSOR_EXPIRED', 'cursor-of-other-epoch', { values: { from } }),
      {
        language: 'en'
      }
    )
    const gateway = await startAnswering(t, (request, response) => {
      const query = new URL(`${request.url}`, 'http://bus').searchParams
      if (query.get('from') === from) answerJson(response, { events: items('again'), next: 'n' })
      else
        response.writeHead(410, { 'content-type': 'application/problem+json' }).end(JSON.stringify(expired))
    })
    const stop = new AbortController()
    for await (const { event } of (await clientOf(gateway)).follow({ after: 'old' }, stop.signal)) {
      assert.equal(event.id, 'again')
      stop.abort()
    }
  })

  it('ends with the error where going on is of no use', { timeout: 10_000 }, async (t) => {
    const gateway = await startAnswering(t, (_request, response) => {
      response.writeHead(301, { location: 'https://elsewhere.example' }).end()
    })
    const following = (await clientOf(gateway)).follow({}, new AbortController().signal)
    await assert.rejects(following.next(), GatewayError)
  })
})
