import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { BusError } from '#protocol/errors/bus-error.ts'
import { outsideOf } from '../contracts/kinds/outsides.ts'
import { cli } from '../helpers/demo-bus.ts'
import { itemOf, newInstanceName } from '../helpers/host-lab.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { codes, startTestBus, systemOf } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

const execute = promisify(execFile)
const connectorFolders = [join(import.meta.dirname, '..', 'contracts', 'kinds')]
const unusable = () => new BusError('BUS_ITEM_INVALID', 'report-unmatched', { values: { hash: 'x' } })

/** A bus with instances of the kind `list`, and its commands. */
async function open(t: TestContext, ...names: readonly string[]) {
  const folder = temporaryFolder(t)
  const instance = (name: string, changes: object = {}): object => ({
    ...{ name, kind: 'list', system: systemOf('A'), keyFile: join(folder, 'keys', 'A.jwk') },
    settings: { outside: name },
    ...changes
  })
  const connectors = names.map((name) => instance(name))
  const bus = await startTestBus(t, {
    folder,
    settings: { connectorFolders },
    connectors: connectors as never
  })
  const run =
    (as: string, key: string) =>
    async (...args: readonly string[]) => {
      try {
        const command = [cli, ...args, '--gateway', bus.url, '--as', as, '--key', key]
        return { code: 0, ...(await execute(process.execPath, command, { timeout: 30_000 })) }
      } catch (error) {
        return error as { code: number; stdout: string; stderr: string }
      }
    }
  const keyOf = (name: string): string => join(folder, 'keys', `${name}.jwk`)
  return {
    bus,
    connectors,
    instance,
    asAgency: run(`${codes.A}.qlvb`, keyOf('A')),
    asOther: run(`${codes.B}.qlvb`, keyOf('B')),
    asOperator: run('/bus/systems/operator', keyOf('operator'))
  }
}

it('lienthong quarantine lists and shows items with their reasons, counts before it retries many, and retries', async (t) => {
  const name = newInstanceName()
  const { bus, asAgency, asOther } = await open(t, name)
  const raw = (subject: string) => Buffer.from(JSON.stringify(itemOf(subject)))
  outsideOf(name).items.push(
    itemOf('1'),
    { reference: '2', fault: unusable(), raw: raw('2') },
    { reference: '3', fault: unusable(), raw: Buffer.from('not JSON') },
    { reference: '4', fault: unusable(), raw: raw('4') },
    itemOf('5'),
    itemOf('6')
  )
  const lines = async (...args: readonly string[]) =>
    (await asAgency('quarantine', 'list', ...args)).stdout.split('\n').filter((line) => line !== '')
  await until(async () => (await lines()).length === 3, 20_000)
  const [first = ''] = await lines('--connector', name)
  assert.match(first, new RegExp(`^\\d+ ${name} 2 since 20.*: BUS_ITEM_INVALID: ..+`))
  const number = first.slice(0, first.indexOf(' '))
  assert.equal((await asAgency('quarantine', 'show', number)).stdout.trim(), first)
  assert.equal((await asOther('quarantine', 'list')).stdout, '')
  assert.match((await asOther('quarantine', 'show', number)).stderr, /BUS_NOT_FOUND/)
  assert.match((await asOther('quarantine', 'retry', name, number)).stderr, /BUS_NOT_FOUND/)

  assert.match((await asAgency('quarantine', 'retry', name)).stderr, /name items, or use --all/)
  assert.match((await asAgency('quarantine', 'retry', name, number)).stdout, /^retry \S+: done/)
  const counted = await asAgency('quarantine', 'retry', name, '--all')
  assert.match(counted.stdout, /^2 items; nothing was done/)
  assert.match(counted.stderr, /--count 2/)
  const retried = await asAgency('quarantine', 'retry', name, '--all', '--count', '2')
  assert.equal(retried.code, 1)
  assert.match(retried.stdout, /failed: 1 of 2 items still cannot be used/)
  const subjects = async () =>
    (await bus.clients.B.get<{ items: readonly { event: { subject: string } }[] }>('/v1/inbox')).items
      .map(({ event }) => event.subject)
      .sort()
  await until(async () => (await subjects()).join() === '1,2,4,5,6', 20_000)
  assert.equal((await lines()).length, 1)
})

it('lienthong connectors reload takes instances into use that were added, for operators', async (t) => {
  const [kept, added] = [newInstanceName(), newInstanceName()]
  const { connectors, instance, asAgency, asOperator } = await open(t, kept)
  const states = async () => (await asAgency('connectors', 'list')).stdout
  await until(async () => /running/.test(await states()), 20_000)
  connectors.push(instance(added))
  assert.match((await asAgency('connectors', 'reload')).stderr, /BUS_NOT_PERMITTED/)
  assert.match((await asOperator('connectors', 'reload', '--reason', 'a new agency')).stdout, /done/)
  await until(async () => new RegExp(`^${added} \\(list\\) running`, 'm').test(await states()), 20_000)
  assert.equal(outsideOf(kept).connections, 1)
  connectors.push(instance('wrong', { every: 'often' }))
  const wrong = await asOperator('connectors', 'reload')
  assert.equal(wrong.code, 1)
  assert.match(wrong.stdout, /failed: .*wrong: .*\/every/)
  assert.match((await asOperator('connectors', 'list')).stdout, /^wrong \(list\) misconfigured/m)
})
