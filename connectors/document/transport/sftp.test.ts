import assert from 'node:assert/strict'
import { once } from 'node:events'
import { appendFileSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { before, describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import ssh2 from 'ssh2'
import { freePort } from '#deploy/servers/free-port.ts'
import { fingerprintOf, makeKey, type Sshd, startSshd } from '#deploy/servers/sshd.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { afterSuite } from '#tests/helpers/servers/cleanup.ts'
import { needs } from '#tests/helpers/servers/needs.ts'
import { startTcpProxy } from '#tests/helpers/tcp-proxy.ts'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'
import { until } from '#tests/helpers/until.ts'
import { folderContract } from '../fixtures/folder-contract.ts'
import { opened, sender } from '../fixtures/opened-transport.ts'
import { servePlain } from '../fixtures/plain-sftp-server.ts'
import type { SftpSettings } from '../settings.ts'
import { openSftpFolders } from './sftp.ts'
import type { TellLeft } from './transport.ts'

const never = new AbortController().signal

describe('SFTP with OpenSSH', needs('sshd'), () => {
  const suite = afterSuite()
  let sshd: Sshd
  before(async () => {
    sshd = await startSshd(suite)
  })
  const settingsFor = (folder: string, more: Partial<SftpSettings> = {}): SftpSettings => ({
    ...{ host: '127.0.0.1', port: sshd.port, user: sshd.user, hostKeys: [sshd.hostKey], folder },
    ...{
      privateKeyFile: sshd.privateKeyFile,
      quietSeconds: 0,
      timeoutMs: 10_000,
      allowPrivateAddresses: true
    },
    ...more
  })
  const open = async (t: TestContext, settings: SftpSettings, tellLeft: TellLeft = () => {}) => {
    const transport = await openSftpFolders(settings, tellLeft, never)
    t.after(() => transport.close())
    return transport
  }
  const failure = async (opening: Promise<unknown>): Promise<BusError> => {
    const error = await opening.then(
      () => undefined,
      (reason: unknown) => reason
    )
    assert.ok(error instanceof BusError, String(error))
    return error
  }

  folderContract('over SFTP', {
    seesHardLinks: false,
    open: (t, folder, tellLeft) => open(t, settingsFor(folder), tellLeft)
  })

  it('takes a package at an IPv6 address', async (t) => {
    const folder = temporaryFolder(t)
    const { port } = await startTcpProxy(t, sshd.port, '::1')
    const packages = opened(await open(t, settingsFor(folder, { host: '::1', port })))
    writeFileSync(join(folder, 'in', 'a.edxml'), '<a/>')
    assert.equal((await packages.coming()).bytes.toString(), '<a/>')
  })

  it('takes a package only once it has not grown for the time of the settings', async (t) => {
    const folder = temporaryFolder(t)
    const packages = opened(await open(t, settingsFor(folder, { quietSeconds: 1 })))
    for (const part of ['<a>', 'b', '</a>']) {
      appendFileSync(join(folder, 'in', 'a.edxml'), part)
      assert.equal(await packages.next(), undefined)
      await pause(300)
    }
    assert.equal((await packages.coming()).bytes.toString(), '<a>b</a>')
  })

  it('gives another reference to other content of the same name, size and time', async (t) => {
    const folder = temporaryFolder(t)
    const packages = opened(await open(t, settingsFor(folder)))
    const references: string[] = []
    for (const content of ['first', 'other', 'other']) {
      const path = join(folder, 'in', 'a.edxml')
      writeFileSync(path, content)
      utimesSync(path, 1_700_000_000, 1_700_000_000)
      const { reference } = await packages.coming()
      references.push(reference)
      await packages.sent(reference)
    }
    assert.equal(new Set(references).size, 2)
    assert.equal(references[1], references[2])
  })

  it('leaves a package that came in the place of the one it took, with the same name, size and time', async (t) => {
    const folder = temporaryFolder(t)
    const packages = opened(await open(t, settingsFor(folder)))
    const path = join(folder, 'in', 'a.edxml')
    const write = (content: string): void => {
      writeFileSync(`${path}.part`, content)
      utimesSync(`${path}.part`, 1_700_000_000, 1_700_000_000)
      renameSync(`${path}.part`, path)
    }
    write('first')
    const { reference } = await packages.coming()
    write('other')
    await packages.sent(reference)
    assert.deepEqual(readdirSync(join(folder, 'sent')), [])
    assert.equal((await packages.coming()).bytes.toString(), 'other')
  })

  it('reports a package whose name is not UTF-8, once', async (t) => {
    const folder = temporaryFolder(t)
    const left: string[] = []
    const packages = opened(await open(t, settingsFor(folder), (_name, reason) => void left.push(reason)))
    const name = Buffer.concat([Buffer.from('c'), Buffer.from([0xf4]), Buffer.from('ng.edxml')])
    writeFileSync(Buffer.concat([Buffer.from(join(folder, 'in/')), name]), '<a/>')
    await until(async () => !(await packages.next()) && left.length > 0, 10_000)
    await packages.next()
    assert.deepEqual(left, ['its name is not UTF-8'])
  })

  it('stops reading a package when it is asked to, and the connection goes on', async (t) => {
    const folder = temporaryFolder(t)
    const transport = await open(t, settingsFor(folder))
    const packages = opened(transport)
    writeFileSync(join(folder, 'in', 'a.edxml'), 'x'.repeat(3_000_000))
    await packages.coming()
    const reason = new Error('stopping')
    await assert.rejects(
      transport.next(() => false, AbortSignal.abort(reason)),
      reason
    )
    assert.equal((await packages.coming()).bytes.length, 3_000_000)
  })

  it('reads and writes packages larger than one request, byte for byte', async (t) => {
    const folder = temporaryFolder(t)
    const packages = opened(await open(t, settingsFor(folder)))
    const text = `${'Công văn 15/SMA-VP. '.repeat(150_000)}kết`
    writeFileSync(join(folder, 'in', 'a.edxml'), text)
    assert.equal((await packages.coming()).bytes.toString(), text)
    await packages.put('b.edxml', text)
    assert.equal(readFileSync(join(folder, 'out', 'b.edxml'), 'utf8'), text)
    assert.deepEqual(readdirSync(join(folder, 'writing')), [])
  })

  it('leaves nothing in `out` of a package whose writing was stopped', async (t) => {
    const folder = temporaryFolder(t)
    const transport = await open(t, settingsFor(folder))
    const stop = new AbortController()
    const reason = new Error('stopping')
    const endless = async function* () {
      for (;;) {
        yield 'x'.repeat(200_000)
        stop.abort(reason)
      }
    }
    const given = { ...sender, name: 'a.edxml', open: endless }
    await assert.rejects(transport.put(given, stop.signal), reason)
    assert.deepEqual([readdirSync(join(folder, 'out')), readdirSync(join(folder, 'writing'))], [[], []])
  })

  it('tells the fingerprint that it found where the server has another host key', async (t) => {
    const other = join(temporaryFolder(t), 'other')
    makeKey(other)
    const error = await failure(
      openSftpFolders(settingsFor('.', { hostKeys: [fingerprintOf(`${other}.pub`)] }), () => {}, never)
    )
    assert.deepEqual([error.code, error.fault], ['BUS_PEER_CREDENTIALS', 'document:hostKeyDiffers'])
    assert.equal(error.values.fingerprint, sshd.hostKey)
    assert.equal(error.values.algorithm, 'ssh-ed25519')
  })

  it('says what is wrong with credentials: a key that the server does not know, one that cannot be read', async (t) => {
    const folder = temporaryFolder(t)
    const [unknown, locked] = [join(folder, 'unknown'), join(folder, 'locked')]
    makeKey(unknown)
    makeKey(locked, 'ed25519', 'a passphrase')
    writeFileSync(join(folder, 'broken'), 'no key')
    const faultWith = async (more: Partial<SftpSettings>) =>
      (await failure(openSftpFolders(settingsFor(folder, more), () => {}, never))).fault
    assert.equal(await faultWith({ privateKeyFile: unknown }), 'document:sftpDenied')
    for (const name of ['locked', 'broken', 'missing'])
      assert.equal(await faultWith({ privateKeyFile: join(folder, name) }), 'document:secretUnreadable')
    assert.equal(
      await faultWith({ privateKeyFile: locked, passphrase: 'a passphrase' }),
      'document:sftpDenied'
    )
  })

  it('reaches a private or reserved address only where the settings allow it', async () => {
    for (const [host, allowPrivateAddresses] of [
      ['127.0.0.1', false],
      ['localhost', false],
      ['169.254.169.254', true]
    ] as const) {
      const error = await failure(
        openSftpFolders(settingsFor('.', { host, allowPrivateAddresses }), () => {}, never)
      )
      assert.equal(error.fault, 'document:sftpAddress')
    }
  })

  it('is unreachable while the server is away or says nothing, and works again after', async (t) => {
    const folder = temporaryFolder(t)
    const own = await startSshd(t)
    const settings = settingsFor(folder, {
      port: own.port,
      hostKeys: [own.hostKey],
      privateKeyFile: own.privateKeyFile
    })
    const transport = await open(t, { ...settings, timeoutMs: 1000 })
    await transport.check(never)
    await own.kill()
    assert.equal((await failure(transport.check(never))).code, 'BUS_PEER_UNREACHABLE')
    assert.equal((await failure(openSftpFolders(settings, () => {}, never))).code, 'BUS_PEER_UNREACHABLE')
    await own.start()
    await (await open(t, settings)).check(never)
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    t.after(() => silent.close())
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const from = performance.now()
    const error = await failure(openSftpFolders({ ...settings, port, timeoutMs: 300 }, () => {}, never))
    assert.equal(error.code, 'BUS_PEER_UNREACHABLE')
    assert.ok(performance.now() - from < 5000)
  })
})

describe('SFTP with a server of another make', () => {
  /** A server that knows one password, asks for it as a question, and has no extension of OpenSSH. */
  const serve = async (t: TestContext, password: string) => {
    const folder = temporaryFolder(t)
    makeKey(join(folder, 'host'), 'ecdsa')
    const server = new ssh2.Server({ hostKeys: [readFileSync(join(folder, 'host'))] }, (client) => {
      client.on('error', () => {})
      client.on('authentication', (context) => {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
        context.prompt([{ prompt: 'Mật khẩu:', echo: false }], (answers) =>
          answers[0] === password ? context.accept() : context.reject()
        )
      })
      client.on('ready', () =>
        client.on('session', (accept) => accept().on('sftp', (take) => servePlain(take(), folder)))
      )
    })
    const port = await freePort()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    t.after(() => server.close())
    return { port, folder, hostKeys: [fingerprintOf(join(folder, 'host.pub'))] }
  }

  it('is let in with a password, and replaces no package where the server cannot', async (t) => {
    const { port, folder, hostKeys } = await serve(t, 'đúng')
    const settings = {
      ...{ host: '127.0.0.1', port, user: 'bus', hostKeys, folder: '/', password: 'đúng' },
      ...{ quietSeconds: 0, timeoutMs: 5000, allowPrivateAddresses: true }
    }
    const transport = await openSftpFolders(settings, () => {}, never)
    t.after(() => transport.close())
    const packages = opened(transport)
    for (const _time of [1, 2]) await packages.put('a.edxml', 'a package')
    assert.equal(readFileSync(join(folder, 'out', 'a.edxml'), 'utf8'), 'a package')
    assert.deepEqual(readdirSync(join(folder, 'writing')), [])
    const wrong = openSftpFolders({ ...settings, password: 'sai' }, () => {}, never)
    await assert.rejects(wrong, { fault: 'document:sftpDenied' })
  })
})
