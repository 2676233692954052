import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { it, type TestContext } from 'node:test'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { applyTopics } from '#engines/event-log/kafka/topics.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { cli } from '../../helpers/demo-bus.ts'
import { describeOnServers } from '../../helpers/engine-sets.ts'
import { patiently } from '../../helpers/patiently.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { startTestBus, type TestBus } from '../../helpers/test-bus.ts'
import { until } from '../../helpers/until.ts'

const topic = 'lienthong.document'

interface Ready {
  readonly warnings: readonly { readonly warning: string }[]
}

interface Accepted {
  readonly code: number | null
  readonly lines: readonly Readonly<Record<string, { readonly id?: string; readonly count?: number }>>[]
}

/** Runs `lienthong topics accept` to its end. */
function accept(t: TestContext, flags: readonly string[]): Promise<Accepted> {
  const { promise, resolve } = Promise.withResolvers<Accepted>()
  const words = [cli, 'topics', 'accept', topic, '--json', ...flags]
  const child = execFile(process.execPath, words, (_error, stdout, stderr) => {
    assert.equal(stderr, '')
    const lines = stdout.trim().split('\n')
    resolve({ code: child.exitCode, lines: lines.map((line) => JSON.parse(line)) })
  })
  t.after(() => child.kill('SIGKILL'))
  return promise
}

/** Publishes once the bus takes events, and gives the receipts. */
async function receiptsOf({ clients }: TestBus, events: readonly BusEvent[]): Promise<readonly unknown[]> {
  const results = await patiently(() => clients.A.publish(...events))
  return results.map(({ receipt }) => receipt ?? assert.fail())
}

/** Ids of all events in B's inbox, once there are so many. */
async function inboxOf({ clients }: TestBus, count: number): Promise<readonly string[]> {
  const ids = async (): Promise<readonly string[]> =>
    (await clients.B.page({ limit: 500 })).events.map(({ event }) => event.id)
  await until(async () => (await ids()).length >= count, 60_000)
  return ids()
}

/** Waits until the bus says what is wrong with the topic; nothing is accepted then. */
async function refused({ bus, clients, document }: TestBus, fault: Fault): Promise<void> {
  const { message } = new BusError('BUS_LOG_UNAVAILABLE', fault, { values: { topic } })
  await until(async () => {
    const ready = (await (await fetch(`${bus.managementUrl}/readyz`)).json()) as Ready
    return ready.warnings.some(({ warning }) => warning === message)
  }, 60_000)
  await assert.rejects(clients.A.publish(document()), { code: 'BUS_LOG_UNAVAILABLE' })
}

describeOnServers('topics accept', {}, (_servers, { settingsFor, flagsFor }) => {
  it('names what only the deleted topic had; sent again, it has its receipt and is in the inbox once', async (t) => {
    const folder = temporaryFolder(t)
    const settings = await settingsFor(folder)
    const { kafka: config } = settings.eventLog as { readonly kafka: KafkaConfig }
    const kafka = createKafkaClient(config, createLogger({ level: 'silent' }))
    const admin = kafka.admin()
    await admin.connect()
    t.after(() => admin.disconnect())

    const whole = await startTestBus(t, { folder, settings })
    const read = [whole.document(), whole.document()]
    await receiptsOf(whole, read)
    await inboxOf(whole, read.length)
    await whole.bus.close()

    const gateway = await startTestBus(t, { folder, settings, roles: ['gateway'] })
    const unread = [gateway.document(), gateway.document(), gateway.document()]
    const receipts = await receiptsOf(gateway, unread)
    await admin.deleteTopics({ topics: [config.namespace + topic] })
    await refused(gateway, 'topic-missing')
    assert.equal((await inboxOf(gateway, read.length)).length, read.length)
    await applyTopics({ kafka, config, topics: [topic] })
    await refused(gateway, 'topic-created-anew')
    await gateway.bus.close()

    const again = await startTestBus(t, { folder, settings })
    await refused(again, 'topic-created-anew')
    const { code, lines } = await accept(t, await flagsFor(folder))
    const missing = lines.flatMap((line) => line.missing?.id ?? [])
    assert.deepEqual(missing.toSorted(), unread.map(({ id }) => id).toSorted())
    assert.equal(lines.at(-1)?.resend?.count, unread.length)
    assert.equal(code, 1)

    assert.deepEqual(await receiptsOf(again, unread), receipts)
    const later = again.document()
    await receiptsOf(again, [later])
    const all = [...read, ...unread, later].map(({ id }) => id)
    assert.deepEqual((await inboxOf(again, all.length)).toSorted(), all.toSorted())
    assert.deepEqual(await accept(t, await flagsFor(folder)), {
      code: 0,
      lines: [{ accepted: { topic } }, { none: {} }]
    })
  })
})
