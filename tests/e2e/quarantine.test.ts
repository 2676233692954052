import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { describeOnEngines } from '../helpers/engine-sets.ts'
import { inStore, quarantinedIn } from '../helpers/in-store.ts'
import { sampleOf, scrape } from '../helpers/scrape.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { codes, startTestBus, type TestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

/** The store refuses rows of a table from now on, as SQL says of the new row. */
function refuseRows(table: string, condition: string): { sqlite: string; postgres: string } {
  return {
    sqlite: `CREATE TRIGGER "refuse${table}" BEFORE INSERT ON "${table}" WHEN ${condition.replaceAll('"new"', 'NEW')} BEGIN SELECT RAISE(ABORT, 'seeded'); END`,
    postgres: `ALTER TABLE "${table}" ADD CHECK (NOT (${condition.replaceAll('"new".', '')})) NOT VALID`
  }
}

async function readiness({ bus }: TestBus) {
  const answer = await fetch(`${bus.managementUrl}/readyz`)
  const { warnings } = (await answer.json()) as { warnings: { name: string; warning: string }[] }
  return { status: answer.status, warnings }
}

async function quarantinedGauge({ bus }: TestBus): Promise<number | undefined> {
  return sampleOf(await scrape(bus.managementUrl), 'lienthong_projector_quarantined')
}

/** The alerts of the bus that are firing. */
async function firing({ bus }: TestBus): Promise<readonly string[]> {
  const answer = await fetch(`${bus.managementUrl}/alerts`)
  const { items } = (await answer.json()) as { items: { alert: string; state: string }[] }
  return items.filter(({ state }) => state === 'firing').map(({ alert }) => alert)
}

async function inboxOfB({ clients }: TestBus): Promise<readonly string[]> {
  const ids: string[] = []
  for (
    let page = await clients.B.page();
    page.events.length > 0;
    page = await clients.B.page({ after: page.next })
  ) {
    ids.push(...page.events.map(({ event }) => event.id))
  }
  return ids.sort()
}

describeOnEngines('what the store refuses of an accepted event', ({ settingsFor }) => {
  const start = async (t: TestContext) => {
    const folder = temporaryFolder(t)
    const settings = await settingsFor(folder)
    return { folder, settings, bus: await startTestBus(t, { folder, settings }) }
  }

  for (const [table, condition, changes] of [
    ['archiveEvents', `"new".subject LIKE 'bad%'`, { subject: 'bad' }],
    ['inboxEntries', `"new".agency = '${codes.C}'`, { recipients: `${codes.B},${codes.C}` }],
    ['inboxCounters', `"new".agency = '${codes.C}'`, { recipients: `${codes.B},${codes.C}` }]
  ] as const) {
    it(`quarantines that event alone where ${table} refuses it, tells it, and goes on`, async (t) => {
      const { folder, settings, bus } = await start(t)
      await inStore(folder, settings, refuseRows(table, condition))
      const events = Array.from({ length: 60 }, (_unused, at) => bus.document(at % 13 === 5 ? changes : {}))
      const bad = events.filter((_event, at) => at % 13 === 5).map(({ id }) => id)
      const good = events.filter((_event, at) => at % 13 !== 5).map(({ id }) => id)
      const results = await bus.clients.A.publish(...events)
      assert.deepEqual(new Set(results.map(({ status }) => status)), new Set(['accepted']))
      const quarantined = () => quarantinedIn(folder, settings)
      await until(async () => (await quarantined()).length === bad.length, 30_000)
      const rows = await quarantined()
      assert.deepEqual(rows.map(({ id }) => id).sort(), bad.sort())
      for (const { id, hash, topic, reason, shard } of rows) {
        assert.equal(hash, results.find((result) => result.id === id)?.hash)
        assert.equal(topic, 'lienthong.document')
        assert.match(String(reason), /^it cannot be stored: .*(seeded|check constraint)/)
        assert.ok(shard)
      }
      const last = bus.document()
      await bus.clients.A.publish(last)
      await until(async () => (await inboxOfB(bus)).length === good.length + 1, 30_000)
      assert.deepEqual(await inboxOfB(bus), [...good, last.id].sort())
      const { status, warnings } = await readiness(bus)
      assert.equal(status, 200)
      assert.match(
        warnings.find(({ name }) => name === 'quarantine')?.warning ?? '',
        new RegExp(`^${bad.length} `)
      )
      const metrics = await (await fetch(`${bus.bus.managementUrl}/metrics`)).text()
      assert.match(metrics, new RegExp(`lienthong_quarantined_total\\{part="projector"\\} ${bad.length}`))
      assert.match(metrics, /lienthong_projector_stopped 0/)
    })
  }

  it('of the view of flows is told by its name, with how far it is behind', async (t) => {
    const { folder, settings, bus } = await start(t)
    await inStore(folder, settings, refuseRows('flowTerms', '1 = 1'))
    await bus.clients.A.publish(bus.document({}), bus.document({}))
    await until(async () => (await readiness(bus)).warnings.length > 0, 30_000)
    const { status, warnings } = await readiness(bus)
    assert.deepEqual([status, ...warnings.map(({ name }) => name)], [200, 'flows'])
    assert.match(warnings[0]?.warning ?? '', /seeded|check constraint/)
    await until(async () => {
      const metrics = await (await fetch(`${bus.bus.managementUrl}/metrics`)).text()
      return /lienthong_flows_lag 2$/m.test(metrics) && /lienthong_flows_lag_seconds (?!0$)/m.test(metrics)
    }, 15_000)
  })

  it('is told by its gauge and its alert, and after a restart too', async (t) => {
    const { folder, settings, bus } = await start(t)
    await inStore(folder, settings, refuseRows('archiveEvents', `"new".subject LIKE 'bad%'`))
    assert.equal(await quarantinedGauge(bus), 0)
    await bus.clients.A.publish(bus.document({ subject: 'bad-1' }), bus.document({ subject: 'bad-2' }))
    await until(async () => (await quarantinedIn(folder, settings)).length === 2, 30_000)
    await until(async () => (await quarantinedGauge(bus)) === 2, 5000)
    await until(async () => (await firing(bus)).includes('LienthongProjectorQuarantined'), 60_000)
    await bus.bus.close()
    const port = Number(new URL(bus.url).port)
    const second = await startTestBus(t, { folder, settings, port })
    assert.match((await readiness(second)).warnings[0]?.warning ?? '', /^2 /)
    assert.equal(await quarantinedGauge(second), 2)
  })
})
