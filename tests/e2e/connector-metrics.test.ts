import assert from 'node:assert/strict'
import { join } from 'node:path'
import { it } from 'node:test'
import { faults } from '#connectors/shared-formats/http/faults.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { itemOf, newInstanceName, outsideOf } from '../helpers/host-lab.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { makeProvince, startTestBus, systemOf } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

const limitMs = 20_000
const fault = new BusError('BUS_ITEM_INVALID', 'report-unmatched', { values: { hash: 'x' } })

it('a scrape tells of each connector whether it runs, its lag, its oldest delivery, quarantine and doubt', async (t) => {
  const folder = temporaryFolder(t)
  await makeProvince(t, { folder }) // Makes the keys, too.
  const [list, sink] = [newInstanceName(), newInstanceName()]
  const instance = (name: string, letter: 'A' | 'B', more: object) => ({
    ...{ name, system: systemOf(letter), keyFile: join(folder, 'keys', `${letter}.jwk`) },
    ...{ settings: { outside: name }, every: '100ms', ...more }
  })
  outsideOf(sink).onDeliver = () => {
    throw faults.unreachable({ values: { host: 'x', problem: 'the connection broke' } })
  }
  const { bus } = await startTestBus(t, {
    folder,
    settings: { connectorFolders: [join(import.meta.dirname, '..', 'contracts', 'kinds')] },
    connectors: [
      instance(list, 'A', { kind: 'list' }),
      instance(sink, 'B', { kind: 'sink', start: 'beginning' })
    ]
  })
  const scrape = async (): Promise<ReadonlyMap<string, number>> => {
    const text = await (await fetch(`${bus.managementUrl}/metrics`)).text()
    const samples = text.matchAll(/^lienthong_connector_(\w+)\{(.*)\} (\S+)$/gm)
    return new Map(Array.from(samples, ([, name, labels, value]) => [`${name} ${labels}`, Number(value)]))
  }
  const of = (name: string, metric: string, more = '') => `${metric} instance="${name}"${more}`
  const becomes = async (key: string, isSo: (value: number) => boolean): Promise<void> =>
    until(async () => isSo((await scrape()).get(key) ?? Number.NaN), limitMs)

  await becomes(of(list, 'up'), (up) => up === 1)
  for (const reference of ['1', '2', '3']) outsideOf(list).items.push({ ...itemOf('case'), reference })
  outsideOf(list).items.push({ reference: 'bad', fault })
  await becomes(of(sink, 'in_doubt'), (inDoubt) => inDoubt === 1)
  await becomes(of(sink, 'lag', ',direction="out"'), (open) => open === 3)
  await becomes(of(sink, 'oldest_undelivered_seconds'), (seconds) => seconds >= 1)
  const all = await scrape()
  const figures = [
    of(list, 'quarantined'),
    of(sink, 'quarantined'),
    of(list, 'lag', ',direction="in"'),
    of(list, 'oldest_undelivered_seconds'),
    of(list, 'in_doubt')
  ]
  assert.deepEqual(
    figures.map((key) => all.get(key)),
    [1, 0, 0, 0, 0]
  )
  outsideOf(list).isAway = true
  await becomes(of(list, 'up'), (up) => up === 0)
})
