import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sampleOf, scrape } from '../helpers/scrape.ts'
import { codes, startTestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

const limitMs = 20_000

it('a scrape names the agency that does not read, until it has read', async (t) => {
  const bus = await startTestBus(t)
  const backlog = async (): Promise<number | undefined> =>
    sampleOf(await scrape(bus.bus.managementUrl), 'lienthong_agency_backlog', { agency: codes.B })
  await bus.clients.A.publish(bus.document(), bus.document())
  await until(async () => (await backlog()) === 2, limitMs)
  const samples = await scrape(bus.bus.managementUrl)
  const oldest = sampleOf(samples, 'lienthong_agency_oldest_undelivered_seconds', { agency: codes.B })
  assert.ok(oldest !== undefined && oldest < limitMs / 1000)
  assert.equal(sampleOf(samples, 'lienthong_agency_backlog', { agency: codes.C }), undefined)
  while ((await bus.clients.B.page({ waitSeconds: 5 })).events.length < 2);
  await until(async () => (await backlog()) === undefined, limitMs)
})

it('a scrape tells of queue, projector, disk and main thread, and of refusals by their codes', async (t) => {
  const bus = await startTestBus(t)
  await bus.clients.A.publish(bus.document())
  await assert.rejects(bus.clients.A.publish(bus.document({ data: {} })))
  await bus.clients.A.publish(bus.document({ data: {} }), bus.document()) // A batch: only one is refused.
  const samples = await scrape(bus.bus.managementUrl)
  const value = (name: string, labels = {}) => sampleOf(samples, `lienthong_${name}`, labels)
  assert.equal(value('refusals_total', { code: 'BUS_PAYLOAD_INVALID' }), 2)
  assert.equal(value('append_queue'), 0)
  assert.equal(value('projector_stopped'), 0)
  assert.equal(value('projector_quarantined'), 0)
  assert.ok((value('disk_free_bytes', { disk: 'data' }) ?? 0) > 0)
  assert.ok((value('wal_bytes', { file: 'store.sqlite' }) ?? -1) >= 0)
  const ratio = value('disk_free_ratio', { disk: 'data' }) ?? -1
  assert.ok(ratio > 0 && ratio < 1)
  assert.ok((value('event_loop_delay_p99_seconds') ?? 0) > 0)
  await until(
    async () => sampleOf(await scrape(bus.bus.managementUrl), 'lienthong_projector_lag') === 0,
    limitMs
  )
  assert.equal(sampleOf(await scrape(bus.bus.managementUrl), 'lienthong_projector_lag_seconds'), 0)
})
