import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { describe, it } from 'node:test'
import { GatewayError } from '#client/gateway-error.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { toProblem } from '#protocol/errors/problem.ts'
import { startTestBus } from '../helpers/test-bus.ts'
import { type Answering, answerBusy, answerJson, clientOf, startAnswering } from './answering-server.ts'

async function errorOf(work: Promise<unknown>): Promise<GatewayError> {
  const error = await work.then(
    () => undefined,
    (rejected: unknown) => rejected
  )
  assert.ok(error instanceof GatewayError, `rejected with ${error}`)
  return error
}

async function errorAfter(t: TestContext, answer: Answering): Promise<GatewayError> {
  return errorOf((await clientOf(await startAnswering(t, answer))).get('/v1/agencies'))
}

describe('a request that does not succeed ends in an error that says whether to send it again', () => {
  it('nobody listens', async () => {
    const error = await errorOf((await clientOf(`http://127.0.0.1:${await freePort()}`)).get('/v1/agencies'))
    assert.deepEqual([error.code, error.retry], ['BUS_GATEWAY_UNREACHABLE', 'later'])
    assert.match(error.message, /http:\/\/127\.0\.0\.1:\d+ .*ECONNREFUSED/)
    assert.ok(error.cause instanceof TypeError)
  })

  it('no answer comes in time', async (t) => {
    const error = await errorAfter(t, () => {})
    assert.deepEqual([error.code, error.retry], ['BUS_GATEWAY_UNREACHABLE', 'later'])
    assert.match(error.message, /no answer within 300 ms/)
  })

  it('the answer breaks off', async (t) => {
    const error = await errorAfter(t, (_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"items":[', () => response.destroy())
    })
    assert.deepEqual([error.code, error.retry], ['BUS_GATEWAY_UNREACHABLE', 'later'])
  })

  it('something else answers', async (t) => {
    const error = await errorAfter(t, (_request, response) => response.end('<h1>It works!</h1>'))
    assert.equal(error.code, 'BUS_GATEWAY_UNREACHABLE')
  })

  it('a proxy answers that the gateway is away', async (t) => {
    const error = await errorAfter(t, (_request, response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>')
    })
    assert.deepEqual(
      [error.code, error.problem.status, error.retry],
      ['BUS_GATEWAY_UNREACHABLE', 502, 'later']
    )
  })

  it('the address redirects', async (t) => {
    const error = await errorAfter(t, (_request, response) => {
      response.writeHead(301, { location: 'https://elsewhere.example' }).end()
    })
    assert.deepEqual([error.code, error.retry], ['BUS_GATEWAY_UNREACHABLE', 'never'])
    assert.match(error.message, /redirects to https:\/\/elsewhere\.example/)
  })

  it('the gateway is busy, and says for how many seconds', async (t) => {
    const error = await errorAfter(t, (_request, response) => answerBusy(response, { 'retry-after': '7' }))
    assert.deepEqual([error.code, error.retry, error.waitMs], ['BUS_OVERLOADED', 'later', 7000])
  })

  it('a proxy asks to wait, and says until when', async (t) => {
    const error = await errorAfter(t, (_request, response) => {
      response.writeHead(429, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }).end()
    })
    assert.equal(error.retry, 'later')
    assert.ok(error.waitMs !== undefined && error.waitMs > 50_000 && error.waitMs <= 60_000)
  })

  it('a token is not taken, and the clocks are apart', async (t) => {
    const problem = toProblem(new BusError('BUS_TOKEN_INVALID', 'token-refused'), { language: 'en' })
    const error = await errorAfter(t, (_request, response) => {
      response.writeHead(401, {
        'content-type': 'application/problem+json',
        date: new Date(Date.now() - 600_000).toUTCString()
      })
      response.end(JSON.stringify(problem))
    })
    assert.deepEqual([error.code, error.retry], ['BUS_TOKEN_INVALID', 'never'])
    assert.ok(Math.abs((error.clockAheadMs ?? 0) - 600_000) < 5000)
    assert.match(error.message, /clock and the gateway's are 60\d s apart/)
  })
})

it('a gateway that takes no token tells by its clock that the clock is not why', async (t) => {
  const { url } = await startTestBus(t)
  const error = await errorOf((await clientOf(url, 10_000)).page()) // With a key that nobody registered.
  assert.equal(error.code, 'BUS_TOKEN_INVALID')
  assert.ok(Math.abs(error.clockAheadMs ?? 99_999) < 5000)
  assert.doesNotMatch(error.message, /apart/)
})

it('a client is not made of what cannot work', async () => {
  const isInvalid = (error: unknown) => error instanceof BusError && error.code === 'BUS_CONFIG_INVALID'
  await assert.rejects(clientOf('https://bus.example.vn/'), isInvalid)
  await assert.rejects(clientOf('bus.example.vn'), isInvalid)
})

it('a request that is answered is no error', async (t) => {
  const client = await clientOf(
    await startAnswering(t, (_request, response) => answerJson(response, { a: 1 }))
  )
  assert.deepEqual(await client.get('/v1/agencies'), { a: 1 })
})
