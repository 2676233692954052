import assert from 'node:assert/strict'
import { it } from 'node:test'
import { runAs } from '../helpers/operator.ts'
import { startRegistryBus } from '../helpers/registry-bus.ts'
import { until } from '../helpers/until.ts'

it('lienthong deliveries lists, shows, counts before it acts on many, and acts', async (t) => {
  const { bus, outside } = await startRegistryBus(t)
  const asB = runAs(bus, 'B')
  const run = (...args: readonly string[]) => asB('deliveries', ...args)
  const [first] = await bus.clients.A.publish(bus.document())
  const [other] = await bus.clients.A.publish(bus.document())
  await until(async () => (await run('list', '--state', 'dead')).stdout.split('\n').length === 3, 20_000)

  const shown = await run('show', 'registry-b', `${first?.hash}`)
  assert.match(
    shown.stdout,
    new RegExp(`^dead registry-b ${first?.hash} document.issued.v1 .* attempts 1, last error`)
  )
  assert.match(shown.stdout, /^error at \d\d .*: .+/m)
  const [line = ''] = (await run('list', '--json')).stdout.split('\n')
  assert.equal((JSON.parse(line) as { event: string }).event, first?.hash)

  const nameless = await run('release')
  assert.notEqual(nameless.code, 0)
  assert.match(nameless.stderr, /^Name a connector and the hash of an event, or use --all .*\n$/)
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
  const inVietnamese = runAs(bus, 'B', 'vi_VN.UTF-8')
  assert.match(
    (await inVietnamese('deliveries', 'list')).stdout,
    /^Không chuyển được: registry-b .*; số lần thử: 1, /
  )
  assert.match((await inVietnamese('deliveries', 'release')).stderr, /^Hãy ghi tên kết nối .*\n$/)
  outside.status = 200
  assert.match(
    (await run('release', '--all', '--connector', 'registry-b', '--count', '1')).stdout,
    /^release: 1/
  )
  await until(() => outside.got.length === 1, 10_000)
})
