import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { fixture } from '#connectors/document/fixtures/fixtures.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import {
  codes,
  type Letter,
  makeProvince,
  startTestBus,
  systemOf,
  type TestBus
} from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

interface Readiness {
  readonly status: string
  readonly warnings: readonly { readonly name: string; readonly warning: string }[]
}

/** What `/readyz` tells of paused instances; they leave it at 200, as degraded. */
async function pausedIn({ bus }: TestBus): Promise<string | undefined> {
  const response = await fetch(`${bus.managementUrl}/readyz`)
  const { status, warnings } = (await response.json()) as Readiness
  assert.deepEqual([response.status, status], [200, warnings.length > 0 ? 'degraded' : 'ok'])
  return warnings.find(({ name }) => name === 'connectors')?.warning
}

async function act(bus: TestBus, name: string): Promise<void> {
  const { last } = await bus.operator.get<{ last: string }>(`/v1/systems${systemOf('A')}`)
  await bus.operator.act('/v1/systems', { act: name, resource: systemOf('A'), previous: last })
}

it('a suspended system moves nothing through its connector, others do, and it goes on when it is resumed', async (t) => {
  const folder = temporaryFolder(t)
  const rootOf = (letter: Letter): string => join(folder, 'packages', letter)
  const namesIn = (letter: Letter, place: string): readonly string[] =>
    existsSync(join(rootOf(letter), place)) ? readdirSync(join(rootOf(letter), place)) : []
  const connectors = (['A', 'B'] as const).map((letter) => ({
    name: `${letter.toLowerCase()}-documents`,
    kind: 'document',
    system: systemOf(letter),
    keyFile: join(folder, 'keys', `${letter}.jwk`),
    settings: { folder: rootOf(letter) }
  }))
  mkdirSync(join(folder, 'keys'))
  await makeProvince(t, { folder }) // Makes the keys, too.
  const bus = await startTestBus(t, { folder, connectors })
  await until(async () => (await pausedIn(bus)) === undefined, 10_000)
  await act(bus, 'system.suspended')
  await until(async () => (await pausedIn(bus)) !== undefined, 10_000)
  assert.match((await pausedIn(bus)) ?? '', /^a-documents is paused since 20.*Z: The system \S+ is suspended/)

  const drop = (letter: Letter, number: string): void => {
    const xml = fixture('issued').replaceAll('15/SMA-VP', `${number}/SMA-VP`)
    const other =
      letter === 'A'
        ? xml
        : xml.replaceAll(codes.A, '@@').replaceAll(codes.B, codes.A).replaceAll('@@', codes.B)
    writeFileSync(join(rootOf(letter), 'writing', 'new'), other)
    renameSync(join(rootOf(letter), 'writing', 'new'), join(rootOf(letter), 'in', `${number}.edxml`))
  }
  drop('A', '1')
  drop('B', '2') // Of another system, for A: it is published, and not delivered yet.
  await until(() => namesIn('B', 'sent').length === 1, 20_000)
  const toB = bus.document({ source: systemOf('B'), recipients: codes.C })
  await bus.clients.B.publish(toB)
  await until(async () => (await bus.clients.C.page()).events.length === 1, 10_000)
  assert.deepEqual([namesIn('A', 'in'), namesIn('A', 'sent'), namesIn('A', 'out')], [['1.edxml'], [], []])
  assert.deepEqual(namesIn('B', 'out'), [])

  await act(bus, 'system.resumed')
  await until(() => namesIn('A', 'sent').length === 1 && namesIn('A', 'out').length === 1, 20_000)
  await until(() => namesIn('B', 'out').length === 1, 20_000)
  assert.equal(await pausedIn(bus), undefined)
})
