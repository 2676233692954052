import assert from 'node:assert/strict'
import { it } from 'node:test'
import { inStore } from '../helpers/in-store.ts'
import { sampleOf, scrape } from '../helpers/scrape.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { codes, send, startTestBus, systemOf } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

it('an agency whose events do not get into all inboxes is answered 503 after a while, and no other', async (t) => {
  const folder = temporaryFolder(t)
  const settings = { publishing: { maxLagSeconds: 5 } }
  const bus = await startTestBus(t, { folder, settings })
  const inSqlite = (sqlite: string) => inStore(folder, settings, { sqlite, postgres: '' })
  const isAccepted = (sender: 'A' | 'B'): Promise<boolean> =>
    bus.clients[sender].publish(bus.document({ source: systemOf(sender), recipients: codes.C })).then(
      () => true,
      ({ code }) => {
        assert.equal(code, 'BUS_OVERLOADED')
        return false
      }
    )
  // Grants that cannot be read: this event never gets into its inboxes.
  await inSqlite(
    `INSERT INTO "inboxFanOut" (event, sender, type, act, bytes, "recordedAt", grants, total, entered)
     VALUES (1000000, '${codes.A}', 'document.issued.v1', 1, 10, 0, '[', 500, 0)`
  )
  await until(async () => !(await isAccepted('A')), 60_000)
  assert.equal(await isAccepted('B'), true)
  const { body } = await send(`${bus.bus.managementUrl}/readyz`, {})
  assert.match(JSON.stringify(body), /"name":"lag","warning":"5\d\d inbox entries of events of /)
  const samples = await scrape(bus.bus.managementUrl)
  assert.ok((sampleOf(samples, 'lienthong_fan_out_waiting') ?? 0) >= 500)
  assert.ok((sampleOf(samples, 'lienthong_fan_out_lag_seconds') ?? 0) > 0)
  assert.equal(sampleOf(samples, 'lienthong_publishing_refused'), 0)
  await inSqlite('DELETE FROM "inboxFanOut"')
  await until(() => isAccepted('A'), 60_000)
})
