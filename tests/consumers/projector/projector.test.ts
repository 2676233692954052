import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { caughtUp } from '#consumers/projector/positions.ts'
import { createSignals } from '#engines/signals/signals.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { generateKey, importSigningKey } from '#protocol/trust/jwk.ts'
import { signReceipts } from '#protocol/trust/receipt.ts'
import { tablesOfAllParts } from '#runtime/tables.ts'
import { newRecord } from '../../contracts/event-log.contract.ts'
import { openArchiveLogIn } from '../../helpers/open-archive-log.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { startTestBus } from '../../helpers/test-bus.ts'

/** JSON, but no proofs; the last is one in all but its path. */
const oddReceipts = [
  'null',
  '7',
  '{}',
  '{"token":7}',
  '{"token":"a.b.c","index":0,"size":1,"path":"x"}',
  '{"token":"a.b.c","index":0,"size":1,"path":[7]}'
]

describe('the projector', () => {
  it('sets aside what the bus did not write, reports it, and goes on with what comes after', async (t) => {
    const first = await startTestBus(t)
    const port = Number(new URL(first.url).port)
    await first.bus.close()
    const { log } = await openArchiveLogIn(first.folder)
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
      ...oddReceipts.map((odd) => newRecord({ headers: { bus_receipt: odd } })),
      { ...signed, headers: { ...headers, bus_receipt: JSON.stringify(receipt) } }
    ])
    await log.close()
    const second = await startTestBus(t, { folder: first.folder, port })
    await second.clients.A.publish(second.document())
    assert.equal((await second.clients.B.page({ waitSeconds: 5 })).events.length, 1)
    assert.equal((await fetch(`${second.bus.managementUrl}/readyz`)).status, 200)
    const metrics = await (await fetch(`${second.bus.managementUrl}/metrics`)).text()
    assert.match(
      metrics,
      new RegExp(`lienthong_quarantined_total\\{part="projector"\\} ${3 + oddReceipts.length}`)
    )
  })

  it('says after the time it was given that it is behind', async (t) => {
    const store = openSqliteStore({ folder: temporaryFolder(t), parts: tablesOfAllParts, onFatal: () => {} })
    t.after(() => store.close())
    const log = { ends: async () => new Map([['log', 1]]) }
    assert.equal(await caughtUp({ log, store, signals: createSignals() }, 20.5), false)
  })
})
