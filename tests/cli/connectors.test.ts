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

it('lienthong connectors lists and shows instances, and acts on one', async (t) => {
  const { bus, outside } = await startRegistryBus(t)
  outside.status = 200
  const as = ['--gateway', bus.url, '--as', `${codes.B}.qlvb`, '--key', join(bus.folder, 'keys', 'B.jwk')]
  const run = async (...args: readonly string[]) => {
    try {
      const command = [cli, 'connectors', ...args, ...as]
      return { code: 0, ...(await execute(process.execPath, command, { timeout: 30_000 })) }
    } catch (error) {
      return error as { code: number; stdout: string; stderr: string }
    }
  }
  await until(async () => /^registry-b \(rest\) running/.test((await run('list')).stdout), 20_000)
  assert.match(
    (await run('pause', 'registry-b', '--reason', 'maintenance')).stdout,
    /^pause registry-b: done/
  )
  await until(async () => /paused since .*maintenance/.test((await run('show', 'registry-b')).stdout), 10_000)
  assert.match((await run('show', 'registry-b')).stdout, /^waiting: 0$/m)
  assert.match((await run('resume', 'registry-b')).stdout, /done/)
  assert.equal(
    (await run('check', 'registry-b', '--json')).stdout,
    '{"act":"check","connector":"registry-b","result":"done"}\n'
  )
  assert.match((await run('reset', 'registry-b')).stderr, /either --cursor or --beginning/)
  assert.equal((await run('reset', 'registry-b', '--beginning')).code, 0)
  outside.close()
  const away = await run('check', 'registry-b')
  assert.equal(away.code, 1)
  assert.match(away.stdout, /^check registry-b: failed: ./)
  assert.match((await run('pause', 'nobody')).stderr, /BUS_NOT_FOUND/)
})
