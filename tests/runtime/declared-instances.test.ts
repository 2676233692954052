import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { checkInstances } from '#connectors/host/check-instances.ts'
import { Config } from '#runtime/config.ts'
import { instancesBeside, instancesIn } from '#runtime/declared-instances.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { systemOf } from '../helpers/test-bus.ts'

const folders = [join(import.meta.dirname, '..', 'contracts', 'kinds')]

/** Reads a configuration and the files of `connectors.d` beside it, and checks the instances. */
async function checked(t: TestContext, config: object, files: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder(t)
  const file = join(folder, 'lienthong.yaml')
  writeFileSync(file, JSON.stringify(config))
  mkdirSync(join(folder, 'connectors.d'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'connectors.d', name), text)
  const options = { file, environment: { NAME: 'from-environment' } }
  const read = await loadConfig(Config, options)
  const instances = [...instancesIn(read), ...(await instancesBeside(options))]
  return checkInstances({ instances, defaults: read.defaults, folders })
}

function instance(name: string, changes: object = {}): object {
  return {
    name,
    kind: 'list',
    system: systemOf('A'),
    keyFile: 'a.jwk',
    settings: { outside: name },
    ...changes
  }
}

/** As a file names a variable of the environment. */
function variable(name: string): string {
  return ['$', '{', name, '}'].join('')
}

describe('connector instances', () => {
  it('stand in the configuration and in files beside it, one or several in a file', async (t) => {
    const { valid, misconfigured } = await checked(
      t,
      { connectors: [instance('one')] },
      {
        'two.yaml': JSON.stringify(instance('two')),
        'more.yml': JSON.stringify([instance('three'), instance('four')]),
        'notes.txt': 'not read'
      }
    )
    assert.deepEqual(misconfigured, [])
    assert.deepEqual(valid.map(({ name }) => name).sort(), ['four', 'one', 'three', 'two'])
  })

  it('have the settings that their kind has by default, unless they have their own', async (t) => {
    const defaults = { list: { every: '5m', maxInFlight: 2, settings: { outside: 'shared' } } }
    const { valid } = await checked(t, {
      defaults,
      connectors: [instance('a', { settings: {}, every: '30s' }), instance('b')]
    })
    assert.deepEqual(
      valid.map(({ everyMs, maxInFlight, settings }) => [everyMs, maxInFlight, settings]),
      [
        [30_000, 2, { outside: 'shared' }],
        [300_000, 2, { outside: 'b' }]
      ]
    )
  })

  it('take values of the environment; one that is not set is a fault of that instance alone', async (t) => {
    const { valid, misconfigured } = await checked(t, {
      connectors: [
        instance('set', { settings: { outside: variable('NAME') } }),
        instance('unset', { settings: { outside: variable('MISSING') } })
      ]
    })
    assert.deepEqual(
      valid.map(({ settings }) => settings),
      [{ outside: 'from-environment' }]
    )
    assert.deepEqual(
      misconfigured.map(({ name, problems }) => [name, problems]),
      [['unset', ['/connectors/1: the environment variable MISSING is not set']]]
    )
  })

  it('start at an existing instant: a day or time that no calendar has, and a bare date, are faults', async (t) => {
    const starts = {
      now: 'now',
      local: '2026-02-28T23:59:59.5+07:00',
      'no-day': '2026-02-30T00:00:00Z',
      'no-hour': '2026-02-28T24:00:00Z',
      'no-time': '2026-02-28T00:Z',
      date: '2026-02-28'
    }
    const connectors = Object.entries(starts).map(([name, start]) => instance(name, { start }))
    const { valid, misconfigured } = await checked(t, { connectors })
    assert.deepEqual(valid.map(({ name }) => name).sort(), ['local', 'now'])
    const faults = Object.fromEntries(misconfigured.map(({ name, problems }) => [name, problems.join('; ')]))
    for (const name of ['no-day', 'no-hour', 'no-time'] as const)
      assert.match(faults[name] ?? '', new RegExp(`: start: ${RegExp.escape(starts[name])} does not exist; `))
    assert.match(faults.date ?? '', /\/start/)
  })

  it('are reported with all their faults and their places, and leave the others as they are', async (t) => {
    const { valid, misconfigured } = await checked(
      t,
      {
        connectors: [
          instance('good'),
          instance('bad', { start: 'tomorrow', maxInFlight: 0, settings: {} }),
          instance('twice'),
          instance('keyless', { keyFile: undefined }),
          instance('renamed', { formerNames: ['good'] }),
          instance('own-path', { receivePath: '/v1/events' }),
          instance('own-page', { receivePath: '/openapi.json' }),
          instance('above', { receivePath: '/hooks' }),
          instance('below', { receivePath: '/hooks/one' }),
          instance('broken', { kind: 'broken' })
        ]
      },
      { 'twice.yaml': JSON.stringify(instance('twice')), 'torn.yaml': '{ name: ' }
    )
    assert.deepEqual(
      valid.map(({ name }) => name),
      ['good']
    )
    const faults = Object.fromEntries(misconfigured.map(({ name, problems }) => [name, problems.join('; ')]))
    assert.match(faults.bad ?? '', /\/connectors\/1: \/maxInFlight.*\/start/)
    assert.match(faults.twice ?? '', /is used 2 times \(\/connectors\/2, connectors.d\/twice.yaml\)/)
    assert.match(faults.keyless ?? '', /keyFile is missing/)
    assert.match(faults.renamed ?? '', /formerNames contains good/)
    assert.match(faults['own-path'] ?? '', /receivePath/)
    assert.match(faults['own-page'] ?? '', /receivePath/)
    assert.match(
      faults.below ?? '',
      /the receivePath of above and below is the same, or one is below the other/
    )
    assert.match(faults.broken ?? '', /the kind broken could not be loaded: .*on purpose/)
    assert.match(faults.unnamed ?? '', /torn.yaml cannot be read/)
  })

  it('whose folder cannot be listed are not taken for removed', async (t) => {
    const folder = temporaryFolder(t)
    const beside = { file: join(folder, 'lienthong.yaml'), environment: {} }
    assert.deepEqual(await instancesBeside(beside), [])
    writeFileSync(join(folder, 'connectors.d'), 'no folder')
    await assert.rejects(instancesBeside(beside), { code: 'BUS_CONFIG_INVALID', fault: 'config-invalid' })
  })

  it('are reported if they contradict each other, or name authorities that cannot be used', async (t) => {
    const folder = temporaryFolder(t)
    const [missing, empty] = [join(folder, 'missing.pem'), join(folder, 'empty.pem')]
    writeFileSync(empty, '')
    const { valid, misconfigured } = await checked(t, {
      connectors: [
        instance('first', { formerNames: ['old', 'older'] }),
        instance('second', { formerNames: ['old'] }),
        instance('alone', { formerNames: ['other'] }),
        instance('missing', { network: { authoritiesFile: missing } }),
        instance('empty', { network: { authoritiesFile: empty } })
      ]
    })
    assert.deepEqual(
      valid.map(({ name }) => name),
      ['alone']
    )
    const same = 'formerNames of first and second contain the same name'
    const unusable = (file: string, code: string) =>
      `network/authoritiesFile: ${file} cannot be used as certificate authorities (${code})`
    assert.deepEqual(
      misconfigured.map(({ name, problems }) => [name, problems]),
      [
        ['first', [same]],
        ['second', [same]],
        ['missing', [`/connectors/3: ${unusable(missing, 'ENOENT')}`]],
        ['empty', [`/connectors/4: ${unusable(empty, 'ERR_OSSL_PEM_NO_START_LINE')}`]]
      ]
    )
  })

  it('are never quoted when their file is faulty: it may contain secrets', async (t) => {
    const { misconfigured } = await checked(t, {}, { 'one.yaml': 'settings:\n  password: "sk-1\n' })
    const problems = misconfigured.flatMap((one) => one.problems).join()
    assert.match(problems, /one\.yaml cannot be read .*line \d+/)
    assert.doesNotMatch(problems, /sk-1/)
  })
})
