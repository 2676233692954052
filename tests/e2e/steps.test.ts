import assert from 'node:assert/strict'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import type { RecipientStatusTables } from '#bus/recipients/recipient-status-tables.ts'
import { activityTopic } from '#engines/event-log/activity-topic.ts'
import type { LogRecord } from '#engines/event-log/event-log.ts'
import { openPostgresStore } from '#engines/store/postgres/postgres-store.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { eventHash } from '#protocol/events/hash.ts'
import type { Json, JsonObject } from '#protocol/events/json.ts'
import { parseProof } from '#protocol/events/proof.ts'
import type { PublicJwk } from '#protocol/trust/jwk.ts'
import { verifyReceipt } from '#protocol/trust/receipt.ts'
import { Config } from '#runtime/config.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { openEngines } from '#runtime/open-engines.ts'
import { collect } from '../contracts/event-log.contract.ts'
import { describeOnEngines } from '../helpers/engine-sets.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { codes, startTestBus, type TestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

describeOnEngines('steps of delivery statuses', (engines) => {
  it('reach the log once, in order, each with the hash of the one before, under the receipt of the bus', async (t) => {
    const folder = temporaryFolder(t)
    const settings = await engines.settingsFor(folder)
    const bus = await startTestBus(t, { folder, settings })
    const answered = bus.document({ subject: 'answered' })
    await bus.clients.A.publish(answered, bus.document({ subject: 'delivered' }))
    await deliveredAndAnswered(bus, answered)
    const keys = (await fetch(`${bus.url}/.well-known/jwks.json`).then((it) => it.json())) as {
      keys: readonly PublicJwk[]
    }
    const store = await relayed(t, folder)
    await bus.bus.close()
    const records = await stepRecords(t, folder)
    const steps = records.flatMap(stepsOf)
    assert.deepEqual(
      steps.map(({ agency, state }) => [agency, state]),
      [
        [codes.B, 'delivered'],
        [codes.B, 'delivered'],
        [codes.B, 'accepted']
      ]
    )
    const ofAnswered = steps.filter(({ id }) => id === answered.id)
    const hash = eventHash(answered as unknown as Json)
    assert.deepEqual(
      ofAnswered.map(({ event }) => event),
      [hash, hash]
    )
    assert.deepEqual(
      ofAnswered.map(({ previous }) => previous),
      [undefined, eventHash(ofAnswered[0] ?? {})]
    )
    for (const { headers, key } of records) {
      const leaf = {
        source: headers.ce_source ?? '',
        id: headers.ce_id ?? '',
        hash: headers.bus_hash ?? '',
        recordedtime: headers.bus_recordedtime ?? ''
      }
      const receipt = parseProof(headers.bus_receipt ?? '')
      assert.ok(receipt && (await verifyReceipt(leaf, receipt, keys.keys)))
      assert.equal(Buffer.from(key).toString(), `/agencies/${codes.B}`)
    }
    assert.equal(records.filter(({ headers }) => headers.bus_token !== undefined).length, 1)

    // As if the process had died after the log had them and before the outbox knew.
    await store.transaction((transaction) =>
      transaction
        .tables<RecipientStatusTables>()
        .insertInto('recipientSteps')
        .values(
          records.map(({ value, headers }, index) => ({
            number: 1000 + index,
            agency: codes.B,
            body: Buffer.from(value).toString(),
            token: headers.bus_token ?? null,
            at: Date.parse(headers.bus_recordedtime ?? '')
          }))
        )
        .execute()
    )
    const again = await startTestBus(t, { folder, settings, port: Number(new URL(bus.url).port) })
    await relayed(t, folder)
    await again.bus.close()
    assert.equal((await stepRecords(t, folder)).length, records.length, 'the log knows them')
  })
})

async function deliveredAndAnswered(
  { clients }: TestBus,
  event: { source: string; id: string }
): Promise<void> {
  let page = await clients.B.page({ waitSeconds: 10 })
  let read = page.events.length
  for (; read < 2; read += page.events.length)
    page = await clients.B.page({ after: page.next, waitSeconds: 10 })
  await clients.B.page({ after: page.next })
  await clients.B.acknowledge({ source: event.source, id: event.id, state: 'accepted' })
}

const logger = createLogger({ level: 'silent' })

function configIn(folder: string): Promise<Config> {
  return loadConfig(Config, { file: join(folder, 'test-bus.yaml'), environment: {} })
}

/** Waits until a running bus has taken every step out of its outbox; gives its store to look into and change. */
async function relayed(t: TestContext, folder: string): Promise<Store> {
  const { postgres } = (await configIn(folder)).store
  const store = postgres
    ? await openPostgresStore({ config: postgres, parts: [], logger })
    : openSqliteStore({ folder, parts: [], onFatal: assert.ifError })
  t.after(() => store.close())
  const waiting = () =>
    store.reader<RecipientStatusTables>().selectFrom('recipientSteps').selectAll().execute()
  await until(async () => (await waiting()).length === 0, 10_000)
  return store
}

/** Every record of steps in the log. */
async function stepRecords(t: TestContext, folder: string): Promise<readonly LogRecord[]> {
  const config = { ...(await configIn(folder)), data: { folder } }
  const { log, close } = await openEngines({ config, logger, onFatal: () => {} })
  const total = [...(await log.ends()).values()].reduce((sum, end) => sum + end, 0)
  const records = await collect(t, log, total)
  await close()
  return records.filter(
    ({ topic, headers }) => topic === activityTopic && headers.ce_type === 'bus.recipient-status-changed.v1'
  )
}

function stepsOf({ value }: LogRecord): readonly JsonObject[] {
  return (JSON.parse(Buffer.from(value).toString()) as { readonly steps: readonly JsonObject[] }).steps
}
