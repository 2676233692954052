import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { placeOf } from '#engines/blobs/upload.ts'
import { runPlain } from '../helpers/operator.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { makeProvince, startTestBus } from '../helpers/test-bus.ts'

const english = runPlain()
const vietnamese = runPlain('vi_VN.UTF-8')

/** The data folder of a bus that has stopped, and the command on it with these settings. */
async function stopped(t: TestContext, settings: object) {
  const folder = temporaryFolder(t)
  await makeProvince(t, { folder })
  const to = join(temporaryFolder(t), 'backup')
  const file = join(temporaryFolder(t), 'lienthong.yaml')
  await writeFile(file, JSON.stringify(settings)) // JSON is YAML.
  return { folder, to, flags: ['--config', file, '--data', folder] }
}

/** The same, with the bus's keys moved out of the data folder. */
async function withKeysApart(t: TestContext) {
  const apart = temporaryFolder(t)
  const [busKeyFile, operatorKeyFile] = [join(apart, 'bus.jwk'), join(apart, 'operator.jwk')]
  const made = await stopped(t, { trust: { busKeyFile, operatorKeyFile } })
  const keys = join(made.folder, 'keys')
  await rename(join(keys, 'bus.jwk'), busKeyFile)
  await rename(join(keys, 'operator.jwk'), operatorKeyFile)
  return { ...made, apart, keys, busKeyFile, operatorKeyFile }
}

describe('lienthong backup', () => {
  it('holds the attachments of the folder that the configuration names', async (t) => {
    const bus = await startTestBus(t, { settings: { attachments: { folder: temporaryFolder(t) } } })
    const attachment = await bus.clients.A.attach('mau.txt', 'text/plain', Buffer.from('xin chào'))
    await bus.clients.A.publish(bus.document({}, { attachments: [{ ...attachment }] }))
    await bus.clients.B.page({ waitSeconds: 5 })
    const to = join(temporaryFolder(t), 'backup')
    const flags = ['--config', join(bus.folder, 'test-bus.yaml'), '--data', bus.folder]
    assert.deepEqual(await english('backup', to, ...flags), {
      code: 0,
      stdout: `Backed up ${bus.folder} to ${to}.\n`,
      stderr: ''
    })
    assert.equal(readFileSync(join(to, 'attachments', placeOf(attachment.sha256)), 'utf8'), 'xin chào')
  })

  it('is not made of attachments in S3, unless they are left out', async (t) => {
    const s3 = {
      ...{ endpoint: 'http://127.0.0.1:9', region: 'vn', bucket: 'tep-dinh-kem' },
      ...{ accessKeyId: 'x', secretAccessKey: 'y' }
    }
    const { to, flags } = await stopped(t, { attachments: { s3 } })
    const refused = await english('backup', to, ...flags)
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /^BUS_CONFIG_INVALID: The attachments are in the S3 bucket tep-dinh-kem,/)
    assert.match((await vietnamese('backup', to, ...flags)).stderr, /nằm trong bucket S3 tep-dinh-kem,/)
    assert.ok(!existsSync(to))
    const made = await english('backup', to, ...flags, '--no-attachments')
    assert.equal(made.code, 0)
    assert.match(made.stdout, /, without the attachments\.\n$/)
    assert.ok(existsSync(join(to, 'backup.json')))
  })

  it('names the key files outside the data folder, which it lacks, and ends with 1', async (t) => {
    const { to, flags, busKeyFile, operatorKeyFile } = await withKeysApart(t)
    const { code, stdout, stderr } = await english('backup', to, ...flags)
    const files = `${busKeyFile}, ${operatorKeyFile}`
    assert.equal(code, 1)
    assert.ok(stdout.endsWith(`, without ${files}.\n`), stdout)
    assert.ok(
      stderr.includes(`not in the folder keys of the data folder: ${files}. Keep copies of them`),
      stderr
    )
    assert.ok(existsSync(join(to, 'backup.json')))
    const other = await vietnamese('backup', `${to}-2`, ...flags)
    assert.ok(other.stderr.includes(`không nằm trong thư mục keys của thư mục dữ liệu: ${files}.`))
  })

  it('names every other file that the configuration names, for connectors and beside it too', async (t) => {
    const { to, folder, flags } = await stopped(t, {
      ...{ gateway: { tls: { certFile: '/etc/tls.crt', keyFile: '/etc/tls.key' } } },
      connectors: [
        {
          name: 'a',
          connector: 'document',
          keyFile: '/keys/a.jwk',
          keyFiles: ['/keys/a-2.jwk', '/keys/a.jwk']
        }
      ],
      defaults: { sms: { passwordFile: '/keys/sms' } }
    })
    const beside = join(dirname(flags[1] ?? ''), 'connectors.d')
    await mkdir(beside)
    const kept = { name: 'b', settings: { authoritiesFile: join(folder, 'keys', 'ca.pem') } }
    await writeFile(join(beside, 'b.yaml'), JSON.stringify([kept, { name: 'c', keyFile: 'keys/c.jwk' }]))
    await writeFile(join(beside, 'd.yaml'), '{')
    const { code, stdout } = await english('backup', to, ...flags)
    assert.equal(code, 1)
    const [, files, unread] =
      /, without (.*), (connectors\.d\/d\.yaml cannot be read .*)\.\n$/.exec(stdout) ?? []
    assert.deepEqual(files?.split(', ').sort(), [
      ...['/etc/tls.crt', '/etc/tls.key', '/keys/a-2.jwk', '/keys/a.jwk', '/keys/sms', 'keys/c.jwk']
    ])
    assert.match(unread ?? '', /the YAML is faulty/)
    assert.equal((await english('backup', `${to}-2`, ...flags, '--keys-apart')).code, 0)
  })

  it('is not made where the configuration stores the data elsewhere, nor restored, whatever the folder has', async (t) => {
    const { to, folder, flags } = await stopped(t, {
      eventLog: { kafka: { brokers: ['127.0.0.1:9'] } },
      store: { postgres: { url: 'postgres://bus@127.0.0.1:9/bus' } },
      attachments: { folder: '/srv/attachments' }
    })
    for (const command of ['backup', 'restore']) {
      const { code, stdout, stderr } = await english(command, to, ...flags, '--no-attachments')
      assert.deepEqual([code, stdout], [1, ''])
      assert.ok(stderr.includes(`in Kafka and PostgreSQL, not in ${folder}: nothing was done.`), stderr)
    }
    assert.ok(!existsSync(to))
    assert.match((await vietnamese('backup', to, ...flags)).stderr, /ở Kafka và PostgreSQL, không phải ở/)
  })

  it('ends with 0 if the operator keeps these apart, and is restored without any key', async (t) => {
    const { to, flags, apart, folder, keys, busKeyFile } = await withKeysApart(t)
    await rename(keys, join(apart, 'others'))
    const { code, stdout, stderr } = await english('backup', to, ...flags, '--keys-apart')
    assert.deepEqual([code, stderr], [0, ''])
    assert.ok(stdout.includes(`, without ${busKeyFile}, `))
    const restored = await english('restore', to, ...flags)
    assert.equal(restored.code, 0, restored.stderr)
    assert.ok(existsSync(join(folder, 'store.sqlite')))
  })

  it('holds key files of the data folder, those too that are links to another place', async (t) => {
    const { to, folder, keys, busKeyFile, operatorKeyFile } = await withKeysApart(t)
    await mkdir(join(keys, 'new'))
    await rename(operatorKeyFile, join(keys, 'new', 'operator.jwk'))
    await symlink(busKeyFile, join(keys, 'bus.jwk'))
    const link = join(temporaryFolder(t), 'data')
    await symlink(folder, link)
    const trust = {
      busKeyFile: join(keys, 'bus.jwk'),
      operatorKeyFile: join(link, 'keys', 'new', 'operator.jwk')
    }
    const file = join(folder, 'lienthong.yaml')
    await writeFile(file, JSON.stringify({ trust }))
    const { code, stderr } = await english('backup', to, '--config', file, '--data', folder)
    assert.deepEqual([code, stderr], [0, ''])
    await rename(busKeyFile, `${busKeyFile}.lost`)
    assert.equal(
      readFileSync(join(to, 'keys', 'bus.jwk'), 'utf8'),
      readFileSync(`${busKeyFile}.lost`, 'utf8')
    )
  })
})
