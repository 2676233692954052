import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openSqliteEventLog } from '#bus/event-log/sqlite/sqlite-event-log.ts'
import { noFailpoints } from '#bus/telemetry/failpoints.ts'
import { generateKey, importSigningKey } from '#bus/trust/jwk.ts'
import { signReceipts } from '#bus/trust/receipt.ts'
import { newRecord } from '#tests/contracts/event-log.contract.ts'
import { startTestBus } from '#tests/helpers/test-bus.ts'

describe('the projector', () => {
  it('sets aside what the bus did not write, reports it, and goes on with what comes after', async (t) => {
    const first = await startTestBus(t)
    const port = Number(new URL(first.url).port)
    await first.bus.close()
    const log = await openSqliteEventLog({
      folder: first.folder,
      failpoints: noFailpoints,
      onFatal: () => {}
    })
    const stranger = await importSigningKey((await generateKey('bus-1', 'EdDSA')).privateJwk)
    const signed = newRecord()
    const leaf = {
      source: signed.source,
      id: signed.id,
      hash: signed.hash,
      recordedtime: signed.recordedTime
    }
    const [receipt] = await signReceipts([leaf], stranger, Date.now())
    const headers = {
      ce_source: leaf.source,
      ce_id: leaf.id,
      bus_hash: leaf.hash,
      bus_recordedtime: leaf.recordedtime
    }
    await log.append([
      newRecord(),
      newRecord({ headers: { bus_receipt: 'nonsense' } }),
      { ...signed, headers: { ...headers, bus_receipt: JSON.stringify(receipt) } }
    ])
    await log.close()
    const second = await startTestBus(t, { folder: first.folder, port })
    await second.clients.A.publish(second.document())
    assert.equal((await second.clients.B.page({ waitSeconds: 5 })).events.length, 1)
    assert.equal((await fetch(`${second.bus.managementUrl}/readyz`)).status, 200)
    const metrics = await (await fetch(`${second.bus.managementUrl}/metrics`)).text()
    assert.match(metrics, /lienthong_set_aside_total\{part="projector"\} 3/)
  })
})
