import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { cli, repository } from '../helpers/demo-bus.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { codes, startTestBus, systemOf } from '../helpers/test-bus.ts'

const execute = promisify(execFile)
const english = { ...process.env, LC_ALL: 'en_GB.UTF-8' }

async function lienthong(...args: readonly string[]) {
  try {
    return {
      code: 0,
      ...(await execute(process.execPath, [cli, ...args], { env: english, timeout: 60_000 }))
    }
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string }
  }
}

describe('lienthong', () => {
  it('gives Node the same bounds of memory however it is started', () => {
    const [firstLine = ''] = readFileSync(cli, 'utf8').split('\n', 1)
    const flags = firstLine.slice(firstLine.indexOf('--'))
    const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
    assert.equal(scripts.start, `node ${flags} cli/main.ts demo`)
  })

  it('loads no server for commands that only speak to one', async () => {
    const refuse =
      'import { registerHooks } from "node:module"; registerHooks({ load: (url, context, next) => { if (/node_modules.(?:fastify|kafkajs|kysely)./.test(url)) throw new TypeError(url); return next(url, context) } })'
    const only = ['--import', `data:text/javascript,${encodeURIComponent(refuse)}`, cli]
    const commands = [
      'apply',
      'send',
      'inbox',
      'deliveries',
      'quarantine',
      'connectors list',
      'schemas check',
      'sample',
      'events get',
      'status',
      'ack',
      'attach',
      'download',
      'systems',
      'systems suspend',
      'keys list',
      'agreements end',
      'rights',
      'agencies'
    ]
    for (const command of commands) {
      const { stdout } = await execute(process.execPath, [...only, ...command.split(' '), '--help'])
      assert.match(stdout, new RegExp(`^(?:Usage|Cách dùng): lienthong ${command}`))
    }
    await assert.rejects(execute(process.execPath, [...only, 'up', '--help']), /TypeError/)
  })

  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
    assert.equal((await lienthong('--version')).stdout, `${version}\n`)
  })

  it('makes a key that only its owner may read, shows the public half, and overwrites none', async (t) => {
    const folder = temporaryFolder(t)
    const out = join(folder, 'key.jwk')
    const { stdout } = await lienthong('keys', 'new', '--out', out, '--kid', 'a-1')
    const publicJwk = JSON.parse(stdout)
    assert.equal(publicJwk.kid, 'a-1')
    assert.ok(!('d' in publicJwk) && JSON.parse(readFileSync(out, 'utf8')).d)
    assert.equal(statSync(out).mode & 0o777, 0o600)
    const again = await lienthong('keys', 'new', '--out', out)
    assert.notEqual(again.code, 0)
    assert.match(again.stderr, /already exists/)
    const pem = join(folder, 'key.pem')
    await lienthong('keys', 'new', '--out', pem, '--pem')
    assert.match(readFileSync(pem, 'utf8'), /BEGIN PRIVATE KEY/)
    assert.equal(statSync(pem).mode & 0o777, 0o600)
  })

  it('sends a file, shows it in the inbox, and verifies it without asking anyone', async (t) => {
    const bus = await startTestBus(t)
    const file = join(bus.folder, 'event.json')
    writeFileSync(file, JSON.stringify(bus.document()))
    const keyOf = (letter: string): string => join(bus.folder, 'keys', `${letter}.jwk`)
    const as = (letter: 'A' | 'B') => [
      '--gateway',
      bus.url,
      '--as',
      `${codes[letter]}.qlvb`,
      '--key',
      keyOf(letter)
    ]
    assert.match((await lienthong('send', file, ...as('A'))).stdout, /^accepted /)
    assert.match((await lienthong('send', file, ...as('A'), '--json')).stdout, /"status":"repeated"/)
    const [line = ''] = (await lienthong('inbox', ...as('B'), '--json')).stdout.split('\n')
    const item = join(bus.folder, 'item.json')
    writeFileSync(item, line)
    const systemKeys = join(bus.folder, 'system.json')
    writeFileSync(systemKeys, JSON.stringify(await bus.clients.B.get(`/v1/systems${systemOf('A')}`)))
    const busKeys = join(bus.folder, 'bus.json')
    writeFileSync(busKeys, await (await fetch(`${bus.url}/.well-known/jwks.json`)).text())
    const keys = ['--system-keys', systemKeys, '--bus-keys', busKeys]
    const good = await lienthong('verify', item, ...keys)
    assert.match(good.stdout, /^signature: good; receipt: good/)
    writeFileSync(item, line.replace('Sở mẫu B', 'Sở mẫu C'))
    const bad = await lienthong('verify', item, ...keys)
    assert.equal(bad.code, 1)
    assert.match(bad.stdout, /^signature: bad; receipt: bad/)
  })

  it('finds with doctor each problem on a machine, and between a system and its gateway', async (t) => {
    const bus = await startTestBus(t)
    const port = new URL(bus.url).port
    const free = ['--management-port', '0']
    chmodSync(join(bus.folder, 'keys', 'A.jwk'), 0o644)
    const machine = await lienthong('doctor', '--data', bus.folder, '--port', port, ...free)
    assert.equal(machine.code, 1)
    assert.match(machine.stdout, /PROBLEM {2}permissions: other users may read A\.jwk/)
    assert.match(machine.stdout, new RegExp(`PROBLEM {2}gateway port: ${port}`))
    const place = ['--data', bus.folder, '--port', '0', ...free]
    const inVietnamese = await lienthong('doctor', '--lang', 'vi', ...place)
    assert.match(
      inVietnamese.stdout,
      /LỖI {2}quyền đọc: người dùng khác đọc được A\.jwk\. Hãy chạy chmod 600/
    )
    assert.doesNotMatch(inVietnamese.stdout, /writable|free|PROBLEM|gateway/)
    chmodSync(join(bus.folder, 'keys', 'A.jwk'), 0o600)
    assert.equal((await lienthong('doctor', ...place)).code, 0)
    const key = join(bus.folder, 'keys', 'A.jwk')
    const misplaced = await lienthong('doctor', '--data', join(key, 'data'), '--port', '0', ...free)
    assert.match(misplaced.stdout, /PROBLEM {2}data folder: /)
    const settings = join(bus.folder, 'wrong.yaml')
    const connectors = [{ name: 'a', kind: 'none', system: `${codes.A}.qlvb`, settings: {} }]
    const ports = { gateway: { port: 1 }, management: { port: 1 } }
    writeFileSync(settings, JSON.stringify({ ...ports, flows: { hours: ['17:00-13:30'] }, connectors }))
    const wrong = await lienthong('doctor', '--config', settings)
    assert.equal(wrong.code, 1)
    assert.match(
      wrong.stdout,
      /PROBLEM {2}connectors: a: \/connectors\/0: \/system must be a system, such as/
    )
    assert.match(wrong.stdout, /PROBLEM {2}settings: gateway\.port and management\.port are both 1/)
    assert.match(wrong.stdout, /PROBLEM {2}settings: .*17:00-13:30/)
    const good = await lienthong('doctor', '--gateway', bus.url, '--as', `${codes.A}.qlvb`, '--key', key)
    assert.equal(good.code, 0, good.stdout)
    assert.match(good.stdout, /ok {2}rights: document\.issued\.v1/)
    const operatorKey = join(bus.folder, 'keys', 'operator.jwk')
    const root = await lienthong('doctor', '--gateway', bus.url, '--as', 'operator', '--key', operatorKey)
    assert.equal(root.code, 0, root.stdout)
    assert.match(root.stdout, /ok {2}key: /)
    const audience = bus.url.replace('127.0.0.1', 'localhost')
    const bad = await lienthong('doctor', '--gateway', audience, '--as', `${codes.A}.qlvb`, '--key', key)
    assert.equal(bad.code, 1)
    assert.match(bad.stdout, /PROBLEM {2}audience: .* use --gateway http:\/\/127\.0\.0\.1:/)
    const both = await lienthong('doctor', '--gateway', bus.url, '--verify-acts', '--lang', 'vi')
    assert.equal(both.code, 1)
    assert.match(both.stderr, /Không dùng cờ --verify-acts cùng với --gateway/)
    const silent = await lienthong(
      'doctor',
      '--gateway',
      bus.url,
      '--as',
      `${codes.C}.qlvb`,
      '--key',
      join(bus.folder, 'keys', 'C.jwk')
    )
    assert.match(silent.stdout, /PROBLEM {2}rights: None\./)
  })

  it('puts a kind to no test whose name is not known', async () => {
    const { code, stderr } = await lienthong('connectors', 'kit', 'rest', '--check', 'definition,none')
    assert.equal(code, 1)
    assert.match(stderr, /no check none; there are definition, away-at-start, /)
  })

  it('says what to do when there is no gateway, no file, or a second process on the data', async (t) => {
    const bus = await startTestBus(t)
    const key = join(bus.folder, 'keys', 'A.jwk')
    const away = await lienthong('inbox', '--gateway', 'http://127.0.0.1:9', '--as', 'H1.x', '--key', key)
    assert.match(away.stderr, /does not answer/)
    const as = ['--gateway', 'http://127.0.0.1:9', '--as', 'H1.x', '--lang', 'vi']
    const inVietnamese = await lienthong('systems', ...as, '--key', key)
    assert.match(inVietnamese.stderr, /^Không liên lạc được với cổng \(Cổng [^\n]+\n$/)
    assert.equal((await lienthong('systems', ...as, '--key', '/nowhere')).stderr, 'Không có tệp /nowhere.\n')
    assert.match(
      (await lienthong('send', '/nowhere.json', '--as', 'H1.x', '--key', key)).stderr,
      /does not exist/
    )
    const second = await lienthong('up', '--data', bus.folder, '--port', '0', '--management-port', '0')
    assert.match(second.stderr, /BUS_DATA_IN_USE/)
  })
})
