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

interface Page {
  readonly items: readonly { readonly name: string; readonly state: string }[]
}

const execute = promisify(execFile)
const env = { ...process.env, LC_ALL: 'en_GB.UTF-8' }
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
        return { code: 0, ...(await execute(process.execPath, command, { env, timeout: 60_000 })) }
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
    asOperator: run('/bus/systems/operator', keyOf('operator'))
  }
}

it('lienthong quarantine lists and shows items with their reasons, counts before it retries many, and retries', async (t) => {
  const name = newInstanceName()
  const { bus, asAgency } = await open(t, name)
  const raw = (subject: string) => Buffer.from(JSON.stringify(itemOf(subject)))
  outsideOf(name).items.push(
    itemOf('1'),
    { reference: '2', fault: unusable(), raw: raw('2') },
    { reference: '3', fault: unusable(), raw: Buffer.from('not JSON') },
    { reference: '4', fault: unusable(), raw: raw('4') },
    itemOf('5'),
    itemOf('6')
  )
  const count = async () => (await bus.clients.A.get<Page>('/v1/quarantine')).items.length
  await until(async () => (await count()) === 3, 20_000)
  const listed = await asAgency('quarantine', 'list', '--connector', name)
  const [first = '', ...more] = listed.stdout.trim().split('\n')
  assert.equal(more.length, 2)
  assert.match(first, new RegExp(`^\\d+ ${name} 2 since \\d\\d .*: BUS_ITEM_INVALID: ..+`))
  const number = first.slice(0, first.indexOf(' '))
  assert.equal((await asAgency('quarantine', 'show', number)).stdout.trim(), first)
  const { B } = bus.clients
  assert.deepEqual((await B.get<Page>('/v1/quarantine')).items, [])
  await assert.rejects(B.get(`/v1/quarantine/${number}`), { code: 'BUS_NOT_FOUND' })
  const retry = { act: 'retry', connector: name, items: [Number(number)] }
  await assert.rejects(B.act('/v1/connectors', retry), { code: 'BUS_NOT_FOUND' })

  assert.match(
    (await asAgency('quarantine', 'retry', name)).stderr,
    /^Name items by their numbers, or use --all/
  )
  assert.match((await asAgency('quarantine', 'retry', name, 'x')).stderr, /^x is not the number of an item/)
  const inVietnamese = await asAgency('quarantine', 'show', number, '--lang', 'vi')
  assert.match(inVietnamese.stdout, new RegExp(`^${number} ${name} 2 từ `))
  assert.match((await asAgency('quarantine', 'retry', name, number)).stdout, /^retry \S+: done/)
  const counted = await asAgency('quarantine', 'retry', name, '--all')
  assert.match(counted.stdout, /^2 items; nothing was done/)
  assert.match(counted.stderr, /--count 2/)
  const retried = await asAgency('quarantine', 'retry', name, '--all', '--count', '2')
  assert.equal(retried.code, 1)
  assert.match(retried.stdout, /failed: 1 of 2 items/)
  const subjects = async () =>
    (await B.get<{ events: readonly { event: { subject: string } }[] }>('/v1/inbox')).events
      .map(({ event }) => event.subject)
      .sort()
  await until(async () => (await subjects()).join() === '1,2,4,5,6', 20_000)
  assert.equal(await count(), 1)
})

it('lienthong connectors reload takes instances into use that were added, for operators', async (t) => {
  const [kept, added] = [newInstanceName(), newInstanceName()]
  const { bus, connectors, instance, asOperator } = await open(t, kept)
  const { operator } = bus
  const stateOf = async (name: string): Promise<string | undefined> =>
    (await operator.get<Page>('/v1/connectors')).items.find((one) => one.name === name)?.state
  await until(async () => (await stateOf(kept)) === 'running', 20_000)
  connectors.push(instance(added))
  const refused = bus.clients.A.act('/v1/connectors', { act: 'reload' })
  await assert.rejects(refused, { code: 'BUS_NOT_PERMITTED' })
  await assert.rejects(operator.act('/v1/connectors', { act: 'reload', connector: kept }), {
    code: 'BUS_ACT_INVALID'
  })
  assert.match((await asOperator('connectors', 'reload', '--reason', 'a new agency')).stdout, /: done/)
  await until(async () => (await stateOf(added)) === 'running', 20_000)
  assert.equal(outsideOf(kept).connections, 1)
  connectors.push(instance('wrong', { every: 'often' }))
  const wrong = await asOperator('connectors', 'reload')
  assert.equal(wrong.code, 1)
  assert.match(wrong.stdout, /failed: .*wrong: .*\/every/)
  await until(async () => (await stateOf('wrong')) === 'misconfigured', 5000)
  connectors.splice(1)
  assert.equal((await asOperator('connectors', 'reload')).code, 0)
  await until(async () => (await stateOf('wrong')) === undefined, 5000)
  await until(async () => (await stateOf(added)) === undefined, 5000)
})
