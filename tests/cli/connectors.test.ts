import assert from 'node:assert/strict'
import { it } from 'node:test'
import { runAs } from '../helpers/operator.ts'
import { startRegistryBus } from '../helpers/registry-bus.ts'
import { until } from '../helpers/until.ts'

it('lienthong connectors lists and shows instances, and acts on one', async (t) => {
  const { bus, outside } = await startRegistryBus(t)
  outside.status = 200
  const asB = runAs(bus, 'B')
  const run = (...args: readonly string[]) => asB('connectors', ...args)
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
  assert.match((await run('reset', 'registry-b')).stderr, /^Give either --cursor or --beginning\..*\n$/)
  assert.equal((await run('reset', 'registry-b', '--beginning')).code, 0)
  const inVietnamese = runAs(bus, 'B', 'vi_VN.UTF-8')
  await until(async () => {
    const { stdout } = await inVietnamese('connectors', 'list')
    return /^registry-b \(rest\) Đang chạy từ /.test(stdout)
  }, 30_000)
  assert.match((await inVietnamese('connectors', 'show', 'registry-b')).stdout, /^chờ chuyển: 0$/m)
  assert.match(
    (await inVietnamese('connectors', 'check', 'registry-b')).stdout,
    /^Kiểm tra registry-b: đã thực hiện$/m
  )
  outside.close()
  const away = await run('check', 'registry-b')
  assert.equal(away.code, 1)
  assert.match(away.stdout, /^check registry-b: failed: ./)
  assert.match((await run('pause', 'nobody')).stderr, /BUS_NOT_FOUND/)
})
