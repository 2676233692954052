import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { adoptActs, createActJournal } from '#bus/control/act-journal.ts'
import { openControl } from '#bus/control/control.ts'
import { type ControlTables, controlTables } from '#bus/control/control-tables.ts'
import { createSchemaChecks } from '#bus/registry/schema-checks.ts'
import type { NewRecord } from '#engines/event-log/event-log.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import type { EventRecord } from '#protocol/events/record.ts'
import { generateKey, importSigningKey } from '#protocol/trust/jwk.ts'
import { firstActs } from '#runtime/bootstrap.ts'
import { domainsOf } from '#runtime/topics.ts'
import { openArchiveLogIn } from '../../helpers/open-archive-log.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const logger = createLogger({ level: 'silent' })

describeOnEveryStore('control state', (openStore) => {
  it('is the same when its acts are read again', async (t) => {
    const { control, open } = await openAll(t, await openStore(t, [controlTables]))
    assert.ok(control.state.lastAct > 0)
    const again = await open()
    assert.deepEqual(again.state, control.state)
  })

  it('tells the log of every act it lacks, those before one it has too', async (t) => {
    const { control, log, open, lost } = await openAll(t, await openStore(t, [controlTables]))
    const ids = Array.from({ length: control.state.lastAct }, (_unused, n) => ({
      source: '/bus',
      id: `act-${n + 1}`
    }))
    assert.ok(lost.size > 0 && lost.size < ids.length)
    assert.ok((await log.find(ids)).includes(undefined))
    lost.clear()
    await open()
    for (let tries = 0; (await log.find(ids)).includes(undefined); tries += 1) {
      assert.ok(tries < 100, 'an act is missing')
      await pause(20)
    }
  })

  it('is what a log gives back that was told late of some acts, and not of those that were ignored', async (t) => {
    const store = await openStore(t, [controlTables])
    const { control, log, open, lost } = await openAll(t, store)
    const row = { number: control.state.lastAct + 1, body: 'no act', token: '', recordedAt: '' }
    await store.transaction((transaction) =>
      transaction.tables<ControlTables>().insertInto('controlActs').values(row).execute()
    )
    lost.clear()
    const again = await open() // Writes what the log lacks, behind what it has.
    const last = `act-${control.state.lastAct}`
    const ids = ['act-1', last].map((id) => ({ source: '/bus', id }))
    for (let tries = 0; (await log.find(ids)).includes(undefined); tries += 1) {
      assert.ok(tries < 100, 'an act is missing')
      await pause(20)
    }
    const empty = await openStore(t, [controlTables])
    assert.equal(await adoptActs(empty, log, new Map()), control.state.lastAct)
    const adopted = await open(empty)
    assert.equal(adopted.ignoredActs(), 0)
    assert.equal(again.ignoredActs(), 1)
    assert.deepEqual(adopted.state, control.state)
  })

  it('an act holds, and the others hear of it, when one who listens fails', async (t) => {
    const store = await openStore(t, [controlTables])
    const { control, open, firstActs } = await openAll(t, store, false)
    const peer = await open()
    const heard: string[] = []
    for (const each of [control, peer]) {
      each.onAct(() => {
        throw new TypeError('not now')
      })
      each.onAct(({ act }) => heard.push(act))
    }
    await firstActs()
    await peer.sync()
    assert.equal(heard.length, 2 * control.state.lastAct)
    assert.deepEqual(peer.state, control.state)
  })
})

/** Control on a log that loses the first act it is given. */
async function openAll(t: TestContext, store: Store, isBegun = true) {
  let closing: (() => Promise<void>) | undefined
  t.after(() => closing?.()) // Before its folder is removed: its writer may not have begun yet.
  const { log } = await openArchiveLogIn(temporaryFolder(t), assert.ifError)
  closing = log.close
  const operator = await generateKey('operator-1', 'EdDSA')
  const busKey = await generateKey('bus-1', 'EdDSA')
  const operatorKeys = new Map([['operator-1', operator.publicJwk]])
  const lost = new Set(['act-1'])
  const journal = createActJournal({
    log,
    append: async (records) =>
      records.some(({ id }) => lost.has(id)) ? [] : log.append(records.map(withoutReceipt)),
    logger
  })
  const schemaChecks = createSchemaChecks({ domains: domainsOf() })
  const open = (from = store) => openControl({ store: from, operatorKeys, schemaChecks, journal, logger })
  const control = await open()
  const begin = async (): Promise<void> =>
    firstActs({
      control,
      operator: { signingKey: await importSigningKey(operator.privateJwk) },
      bus: busKey,
      busFile: 'bus.jwk',
      publicUrl: 'http://127.0.0.1',
      logger
    })
  if (isBegun) await begin()
  return { control, log, open, lost, firstActs: begin }
}

function withoutReceipt(record: EventRecord): NewRecord {
  return { ...record, receipt: { token: 'none', index: 0, size: 1, path: [] } }
}
