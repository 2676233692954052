import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { createSigner } from '#client/signer.ts'
import { answered, closed, headerOf, headOf, type Line, openLine } from '../helpers/raw-line.ts'
import { startTestBus, systemOf } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

/** What becomes of a connection whose request is refused before its body is read. */

const begun = `/v1/attachments/${'1'.repeat(64)}`
const unknown = `/v1/attachments/${'2'.repeat(64)}`
const partial = 'content-type: application/partial-upload'

interface Refused {
  readonly status: number
  readonly path: string
  readonly headers: readonly string[]
  readonly token?: string
}
const refused: readonly Refused[] = [
  { status: 401, path: begun, headers: [partial, 'upload-offset: 1000'], token: 'x.y.z' },
  { status: 404, path: unknown, headers: [partial, 'upload-offset: 0'] },
  { status: 409, path: begun, headers: [partial, 'upload-offset: 5'] },
  { status: 415, path: begun, headers: ['content-type: application/json', 'upload-offset: 1000'] }
]
/** A body as large as this is read and dropped, so that its connection can be kept. */
const dropped = 1_048_576
const sizes = [100, 1_000_000, 1_100_000]

interface Sent {
  readonly line: Line
  readonly what: string
  readonly status: number
  readonly size: number
  /** The half of the body that is not sent yet. */
  readonly rest: string
}

/** A bus where an upload has begun, and a request of every kind and size, each with half of its body. */
async function sendHalves(t: TestContext) {
  const { url, bus, keys } = await startTestBus(t)
  const signer = await createSigner({ system: systemOf('A'), key: keys.A.privateJwk, audience: url })
  const own = await signer.plain()
  const bearer = (token: string): string => `authorization: Bearer ${token}`
  const first = ['upload-complete: ?0', 'upload-length: 3000000', 'content-length: 1000']
  const opened = openLine(t, url, {
    head: `${headOf('PUT', begun, bearer(own), ...first)}${'x'.repeat(1000)}`
  })
  await answered(opened)
  assert.equal(opened.status(), 201)
  const sent = refused.flatMap(({ status, path, headers, token = own }) =>
    sizes.map((size): Sent => {
      const length = `content-length: ${size}`
      const head = headOf('PATCH', path, bearer(token), 'upload-complete: ?0', ...headers, length)
      const half = 'x'.repeat(size / 2)
      const line = openLine(t, url, { head: `${head}${half}` })
      return { line, what: `${status} with ${size} bytes`, status, size, rest: half }
    })
  )
  return { bus, sent, next: headOf('GET', '/v1/inbox', bearer(own)) }
}

describe('a request that is refused before its body is read', () => {
  it('is answered, and its connection serves the next one or is closed, as it was told', async (t) => {
    const { sent, next } = await sendHalves(t)
    const goOn = async ({ line, what, status, size, rest }: Sent): Promise<void> => {
      await answered(line)
      assert.equal(line.status(), status, `${what}: ${line.got()}`)
      const closes = status === 401 || size > dropped
      assert.equal(headerOf(line, 'connection'), closes ? 'close' : 'keep-alive', what)
      line.socket.write(`${rest}${next}`)
      if (closes) await closed(line)
      else await until(() => line.got().includes('HTTP/1.1 200'), 10_000)
    }
    await Promise.all(sent.map(goOn)) // At once, since the rest of a body is waited for only so long.
  })

  it('does not keep the gateway from closing while its body is still being sent', async (t) => {
    const { bus, sent } = await sendHalves(t)
    for (const { line } of sent) await answered(line)
    const dripping = setInterval(() => sent.map(({ line }) => line.socket.write('x')), 50)
    t.after(() => clearInterval(dripping))
    const began = performance.now()
    await bus.close()
    assert.ok(performance.now() - began < 9000)
  })
})
