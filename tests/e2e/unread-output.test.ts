import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { it } from 'node:test'
import { freePort } from '#deploy/servers/free-port.ts'
import { repository } from '../helpers/demo-bus.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

it('a bus whose output nobody takes starts, serves and stops', async (t) => {
  const port = await freePort()
  const flags = ['--data', temporaryFolder(t), '--port', String(port), '--management-port', '0']
  const bus = spawn(process.execPath, [join(repository, 'cli', 'main.ts'), 'up', ...flags])
  t.after(() => bus.kill('SIGKILL'))
  bus.stdout.destroy()
  bus.stderr.destroy()
  const answers = async (): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${port}/.well-known/lienthong`).catch(() => undefined))?.ok ?? false
  await until(async () => bus.exitCode !== null || (await answers()), 60_000)
  assert.equal(bus.exitCode, null)
  bus.kill('SIGTERM')
  assert.deepEqual(await once(bus, 'exit'), [0, null])
})
