import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { lienthong, startApart } from '../faults/bus-process.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

it('SIGHUP takes changed settings of connectors into use', async (t) => {
  const folder = temporaryFolder(t)
  const [config, log] = [join(folder, 'lienthong.yaml'), join(folder, 'log')]
  writeFileSync(config, '{}', { mode: 0o600 })
  const flags = ['--config', config, '--data', join(folder, 'data'), '--port', '0', '--management-port', '0']
  const bus = await startApart({ command: [...lienthong, 'up', ...flags], runs: /management: ([^,]+),/, log })
  assert.ok(bus)
  t.after(bus.kill)
  const warnings = async () => {
    const ready = (await (await fetch(`${bus.said}/readyz`)).json()) as {
      readonly warnings: readonly object[]
    }
    return JSON.stringify(ready.warnings)
  }
  assert.doesNotMatch(await warnings(), /post-office/)
  mkdirSync(join(folder, 'connectors.d'))
  writeFileSync(join(folder, 'connectors.d', 'one.yaml'), 'name: post-office\nkind: none\n')
  process.kill(bus.pid, 'SIGHUP')
  await until(async () => (await warnings()).includes('post-office is misconfigured'), 20_000)
  assert.match(readFileSync(log, 'utf8'), /connectors do not run: their settings are wrong/)
})
