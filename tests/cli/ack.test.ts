import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import type { BusEvent } from '#protocol/events/event.ts'
import { cli } from '../helpers/demo-bus.ts'
import { oneLine, runAs } from '../helpers/operator.ts'
import { codes, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'

interface Status {
  readonly deliveries: readonly { readonly state: string; readonly code?: string; readonly reason?: string }[]
}

async function publish(bus: TestBus): Promise<{ readonly event: BusEvent; readonly hash: string }> {
  const event = bus.document()
  const [{ hash = '' } = {}] = await bus.clients.A.publish(event)
  return { event, hash }
}

/** What the sender sees that became of an event. */
async function answerTo(
  { clients }: TestBus,
  hash: string
): Promise<Status['deliveries'][number] | undefined> {
  return (await clients.A.get<Status>(`/v1/events/${hash}`)).deliveries[0]
}

describe('lienthong ack', () => {
  it('accepts events by hash, and rejects them by id with a code and a reason', async (t) => {
    const bus = await startTestBus(t)
    const asB = runAs(bus, 'B')
    const [first, second] = [await publish(bus), await publish(bus)]
    const accepted = await asB('ack', first.hash)
    assert.equal(accepted.stdout, `Accepted: ${first.event.id}, ${systemOf('A')}\n`, accepted.stderr)
    assert.equal((await answerTo(bus, first.hash))?.state, 'accepted')
    const because = ['--reject', '--code', 'E7', '--reason', 'sai địa chỉ']
    const rejected = await asB('ack', second.event.id, '--source', `${codes.A}.qlvb`, ...because, '--json')
    assert.deepEqual(JSON.parse(rejected.stdout), {
      source: systemOf('A'),
      id: second.event.id,
      state: 'rejected',
      code: 'E7',
      reason: 'sai địa chỉ'
    })
    const { state, code, reason } = (await answerTo(bus, second.hash)) ?? {}
    assert.deepEqual({ state, code, reason }, { state: 'rejected', code: 'E7', reason: 'sai địa chỉ' })
    assert.match(oneLine(await asB('ack', second.hash)), /^BUS_STATE_CONFLICT: /)
    assert.equal((await answerTo(bus, second.hash))?.state, 'rejected')
  })

  it('accepts all that inbox prints', async (t) => {
    const bus = await startTestBus(t)
    const sent = [await publish(bus), await publish(bus), await publish(bus)]
    await bus.clients.B.page({ waitSeconds: 20 })
    const key = join(bus.folder, 'keys', 'B.jwk')
    const as = `--gateway '${bus.url}' --as ${codes.B}.qlvb --key '${key}'`
    const command = `'${process.execPath}' '${cli}'`
    const line = `${command} inbox ${as} --json | ${command} ack - ${as} --lang vi`
    const { stdout } = await promisify(execFile)('bash', ['-c', line], { timeout: 60_000 })
    assert.match(stdout, /^(?:Đã chấp nhận: .*\n){3}$/)
    for (const { hash } of sent) assert.equal((await answerTo(bus, hash))?.state, 'accepted')
  })

  it('answers nothing that it does not understand, and says what to do', async (t) => {
    const bus = await startTestBus(t)
    const { event, hash } = await publish(bus)
    const asB = runAs(bus, 'B')
    assert.match(oneLine(await asB('ack')), /^Name the events to answer: by hash/)
    assert.match(oneLine(await asB('ack', event.id)), /needs --source/)
    assert.match(oneLine(await asB('ack', hash, '--reason', 'x')), /go with --reject only/)
    assert.match(oneLine(await asB('ack', '0'.repeat(64))), /^There is no event with the hash/)
    assert.match(oneLine(await runAs(bus, 'B', 'vi')('ack')), /^Hãy ghi sự kiện cần trả lời/)
    assert.notEqual((await answerTo(bus, hash))?.state, 'accepted')
  })
})
