import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { oneLine, runAs } from '../helpers/operator.ts'
import { startRegistryBus } from '../helpers/registry-bus.ts'
import { codes, startTestBus, systemOf } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

interface Shown {
  readonly event: { readonly id: string; readonly subject: string }
  readonly receipt: object
  readonly deliveries: readonly { readonly agency: string; readonly state: string }[]
}

describe('lienthong events', () => {
  it('gets an event as it is stored, by hash or by id, for its sender and its recipient', async (t) => {
    const bus = await startTestBus(t)
    const event = bus.document({ recipients: `${codes.B},${codes.C}` })
    const [{ hash = '' } = {}] = await bus.clients.A.publish(event)
    const asA = runAs(bus, 'A')
    const { stdout } = await asA('events', 'get', hash)
    const [head = '', ...lines] = stdout.split('\n')
    assert.equal(head, `Document sent (document.issued.v1): ${event.subject}`)
    assert.ok(lines.includes(`Source: ${systemOf('A')}`) && lines.includes(`Hash: ${hash}`))
    assert.ok(lines.includes(`  → Cơ quan B (${codes.B}): Pending`), stdout)
    assert.deepEqual(JSON.parse(stdout.slice(stdout.indexOf('\n{\n'))), event)
    const byId = JSON.parse((await asA('events', 'get', event.id, '--json')).stdout) as Shown
    assert.deepEqual(byId.event, event)
    assert.ok(byId.receipt)
    assert.equal(byId.deliveries.length, 2)

    const asB = runAs(bus, 'B')
    const ofB = JSON.parse((await asB('events', 'get', hash.toUpperCase(), '--json')).stdout) as Shown
    assert.deepEqual(ofB.event, event)
    assert.deepEqual(
      ofB.deliveries.map(({ agency }) => agency),
      [codes.B]
    )
    assert.equal((await asB('events', 'get', event.id, '--source', `${codes.A}.qlvb`)).code, 0)
    const states = async () =>
      (JSON.parse((await asA('events', 'status', hash, '--json')).stdout) as Shown).deliveries
        .map(({ state }) => state)
        .join()
    await until(async () => (await states()) === 'delivered,pending', 20_000)
  })

  it('says in one line, in the language, that there is no such event, and what to do', async (t) => {
    const bus = await startTestBus(t)
    const [{ hash = '' } = {}] = await bus.clients.A.publish(bus.document())
    const asC = runAs(bus, 'C')
    assert.match(
      oneLine(await asC('events', 'get', hash)),
      /^There is no event with the hash .*`lienthong flow`\.$/
    )
    assert.match(
      oneLine(await asC('events', 'status', 'x')),
      /^There is no event x of \/agencies\/.*--source/
    )
    assert.match(
      oneLine(await runAs(bus, 'C', 'vi_VN.UTF-8')('events', 'get', hash)),
      /^Không có sự kiện nào/
    )
  })

  it('shows for each recipient the answer, and what connectors tried, with error and next step', async (t) => {
    const { bus } = await startRegistryBus(t)
    const event = bus.document({ recipients: `${codes.B},${codes.C}` })
    const [{ hash = '' } = {}] = await bus.clients.A.publish(event)
    await bus.clients.C.page({ waitSeconds: 20 })
    await bus.clients.C.acknowledge({
      source: event.source,
      id: event.id,
      state: 'rejected',
      code: 'E7',
      reason: 'sai địa chỉ'
    })
    const asA = runAs(bus, 'A')
    const status = async () => (await asA('events', 'status', hash)).stdout
    await until(async () => /registry-b Dead/.test(await status()), 20_000)
    const stdout = await status()
    assert.match(
      stdout,
      /^ {2}→ Cơ quan B .*\n {4}registry-b Dead \(attempts: 1\): BUS_\w+ .+\n {4}.*: lienthong deliveries show registry-b [0-9a-f]{64}$/m
    )
    assert.match(stdout, /→ Cơ quan C \(.*\): Rejected .* \(E7: sai địa chỉ\)$/m)
    const { stdout: inVietnamese } = await runAs(bus, 'A', 'vi')('events', 'status', hash)
    assert.match(inVietnamese, /→ Cơ quan C .*: Từ chối .*\n/)
    assert.match(inVietnamese, /registry-b Không chuyển được \(1 lần thử\)/)
  })
})
