import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { it } from 'node:test'
import { promisify } from 'node:util'
import { cli } from '../helpers/demo-bus.ts'
import { startRegistryBus } from '../helpers/registry-bus.ts'
import { codes } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

const execute = promisify(execFile)

it('lienthong deliveries lists, shows, counts before it acts on many, and acts', async (t) => {
  const { bus, outside } = await startRegistryBus(t)
  const as = ['--gateway', bus.url, '--as', `${codes.B}.qlvb`, '--key', join(bus.folder, 'keys', 'B.jwk')]
  const run = async (...args: readonly string[]) => {
    try {
      return {
        code: 0,
        ...(await execute(process.execPath, [cli, 'deliveries', ...args, ...as], { timeout: 30_000 }))
      }
    } catch (error) {
      return error as { code: number; stdout: string; stderr: string }
    }
  }
  const [first] = await bus.clients.A.publish(bus.document())
  const [other] = await bus.clients.A.publish(bus.document())
  await until(async () => (await run('list', '--state', 'dead')).stdout.split('\n').length === 3, 20_000)

  const shown = await run('show', 'registry-b', `${first?.hash}`)
  assert.match(
    shown.stdout,
    new RegExp(`^dead registry-b ${first?.hash} document.issued.v1 .* attempts 1, last error`)
  )
  assert.match(shown.stdout, /error at \d{4}-.*: .+/)
  const [line = ''] = (await run('list', '--json')).stdout.split('\n')
  assert.equal((JSON.parse(line) as { event: string }).event, first?.hash)

  const nameless = await run('release')
  assert.notEqual(nameless.code, 0)
  assert.match(nameless.stderr, /name a connector and the hash of an event, or use --all/)
  const silent = await run('skip', 'registry-b', `${first?.hash}`)
  assert.match(silent.stderr, /--reason/)
  const wrong = await run('settle', 'registry-b', `${first?.hash}`, '--result', 'done')
  assert.match(wrong.stderr, /BUS_ACT_CONFLICT/)

  const skipped = await run('skip', 'registry-b', `${other?.hash}`, '--reason', 'sent by post')
  assert.match(skipped.stdout, /^skip: 1 deliveries/)
  assert.match((await run('show', 'registry-b', `${other?.hash}`)).stdout, /skip by .*: sent by post/)
  const counted = await run('release', '--all', '--connector', 'registry-b')
  assert.match(counted.stdout, /^1 deliveries; nothing was done/)
  assert.match(counted.stderr, /--count 1/)
  outside.status = 200
  assert.match(
    (await run('release', '--all', '--connector', 'registry-b', '--count', '1')).stdout,
    /^release: 1/
  )
  await until(() => outside.got.length === 1, 10_000)
})
