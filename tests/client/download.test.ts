import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { GatewayError } from '#client/gateway-error.ts'
import { textOf } from '#protocol/errors/faults.ts'
import { clientOf, startAnswering } from './answering-server.ts'

const bytes = Buffer.from('nội dung công văn')
const sha256 = createHash('sha256').update(bytes).digest('hex')
const fails = (code: string) => (error: unknown) => error instanceof GatewayError && error.code === code

it('a download may take longer than the beginning of its answer', async (t) => {
  const gateway = await startAnswering(t, async (_request, response) => {
    for (const byte of bytes) {
      response.write(Buffer.of(byte))
      await pause(30)
    }
    response.end()
  })
  assert.deepEqual(await buffer(await (await clientOf(gateway)).download(sha256)), bytes)
})

it('a download of other bytes ends with an error', async (t) => {
  const gateway = await startAnswering(t, (_request, response) => response.end('khác'))
  const client = await clientOf(gateway)
  const damaged = await buffer(await client.download(sha256)).catch((error: unknown) => error)
  assert.ok(damaged instanceof GatewayError)
  assert.deepEqual([damaged.code, damaged.retry], ['BUS_DOWNLOAD_DAMAGED', 'later'])
  const got = createHash('sha256').update('khác').digest('hex')
  const values = { gateway, expected: sha256, got }
  assert.equal(damaged.problem.detail, textOf('download-differs', values, 'en'))
})

it('a download that breaks off ends with an error', async (t) => {
  const gateway = await startAnswering(t, (_request, response) => {
    response
      .writeHead(200, { 'content-length': '100' })
      .write('a', () => setTimeout(() => response.destroy(), 20))
  })
  const client = await clientOf(gateway)
  await assert.rejects(buffer(await client.download(sha256)), fails('BUS_GATEWAY_UNREACHABLE'))
})
