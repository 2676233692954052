import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { Attachment } from '#client/upload.ts'
import { oneLine, runAs } from '../helpers/operator.ts'
import { startTestBus } from '../helpers/test-bus.ts'

const content = 'Kính gửi: Sở mẫu B\n'

describe('lienthong attach and download', () => {
  it('uploads a file, prints its entry for an event, and saves it for the recipient under its name', async (t) => {
    const bus = await startTestBus(t)
    const file = join(bus.folder, 'Công văn 15.txt')
    writeFileSync(file, content)
    const attached = await runAs(bus, 'A')('attach', file)
    const entry = JSON.parse(attached.stdout) as Attachment
    assert.equal(entry.name, 'Công văn 15.txt')
    assert.equal(entry.mediaType, 'text/plain')
    assert.equal(entry.size, Buffer.byteLength(content))
    assert.match(attached.stderr, /^Uploaded\. .* within 24 hours.*\n$/)
    const [{ hash = '' } = {}] = await bus.clients.A.publish(bus.document({}, { attachments: [entry] }))

    const folder = join(bus.folder, 'received')
    const asB = runAs(bus, 'B')
    const saved = join(folder, 'Công văn 15.txt')
    const { stdout } = await asB('download', '--event', hash, '--out', `${folder}/`) // It is made.
    assert.equal(stdout, `Saved ${saved}: ${entry.size} bytes, which match the SHA-256 ${entry.sha256}\n`)
    assert.equal(readFileSync(saved, 'utf8'), content)

    const other = join(folder, 'other.txt')
    const named = await asB('download', entry.sha256, '--out', other, '--json')
    assert.deepEqual(JSON.parse(named.stdout), { file: other, size: entry.size, sha256: entry.sha256 })
    assert.match(
      oneLine(await asB('download', 'a'.repeat(64), '--event', hash)),
      /^This event has no attachment a{64}\. It has: Công văn 15\.txt/
    )
    assert.match(
      oneLine(await runAs(bus, 'C')('download', entry.sha256, '--out', folder)),
      /^There is no attachment [0-9a-f]{64} that your agency/
    )
    assert.deepEqual(readdirSync(folder).sort(), ['Công văn 15.txt', 'other.txt'].sort())
  })

  it('never replaces what is there, a link included, unless told to', async (t) => {
    const bus = await startTestBus(t)
    const { sha256 } = await bus.clients.A.attach('x.txt', 'text/plain', Buffer.from(content))
    const asA = runAs(bus, 'A')
    const target = join(bus.folder, 'mine.txt')
    writeFileSync(target, 'mine')
    const dangling = join(bus.folder, 'dangling')
    symlinkSync(join(bus.folder, 'elsewhere'), dangling)
    for (const out of [target, dangling]) {
      assert.match(
        oneLine(await asA('download', sha256, '--out', out)),
        /exists; nothing was written\. .*--overwrite/
      )
    }
    assert.equal(readFileSync(target, 'utf8'), 'mine')
    assert.ok(!existsSync(join(bus.folder, 'elsewhere')))
    assert.equal((await asA('download', sha256, '--out', target, '--overwrite')).code, 0)
    assert.equal(readFileSync(target, 'utf8'), content)
  })

  it('keeps nothing of bytes that do not match their SHA-256', async (t) => {
    const bus = await startTestBus(t)
    const server = createServer((_request, response) => response.end('other bytes')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const folder = join(bus.folder, 'received')
    mkdirSync(folder)
    const run = runAs({ url, folder: bus.folder }, 'A')
    assert.match(oneLine(await run('download', 'a'.repeat(64), '--out', folder)), /^BUS_DOWNLOAD_DAMAGED: /)
    assert.deepEqual(readdirSync(folder), [])
  })

  it('writes under the digest what has a name that a file must not have', async (t) => {
    const { folder } = await startTestBus(t)
    const sha256 = createHash('sha256').update('x').digest('hex')
    const listed = { name: '', mediaType: 'text/plain', size: 1, sha256 }
    const server = createServer(({ url }, response) => {
      response.setHeader('content-type', 'application/json')
      const item = { event: { data: { attachments: [listed] } }, deliveries: [] }
      response.end(url?.startsWith('/v1/events') ? JSON.stringify(item) : 'x')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const run = runAs({ url, folder }, 'A')
    const long = 'ă'.repeat(200)
    for (const name of ['../evil.txt', '/tmp/evil.txt', '.bashrc', 'x\u202etxt.exe', `${long}.pdf`]) {
      listed.name = name
      const received = join(folder, 'parent', randomUUID())
      mkdirSync(received, { recursive: true })
      await run('download', '--event', 'b'.repeat(64), '--out', received)
      assert.deepEqual(readdirSync(received), [name.endsWith('.pdf') ? `${sha256}.pdf` : sha256], name)
    }
    assert.ok(!existsSync(join(folder, 'parent', 'evil.txt')))
  })

  it('saves each attachment of an event, also two of one name', async (t) => {
    const { folder } = await startTestBus(t)
    const contents = new Map(
      ['first', 'second'].map((text) => [createHash('sha256').update(text).digest('hex'), text])
    )
    const [first = '', second = ''] = contents.keys()
    const listed = ([sha256, name]: readonly [string, string]) => ({
      ...{ name, mediaType: 'text/plain', size: 1, sha256 }
    })
    const attachments = (
      [
        [first, 'a.txt'],
        [second, 'A.txt'],
        [first, 'a.txt']
      ] as const
    ).map(listed)
    const server = createServer(({ url = '' }, response) => {
      response.setHeader('content-type', 'application/json')
      const item = { event: { data: { attachments } }, deliveries: [] }
      response.end(url.startsWith('/v1/events') ? JSON.stringify(item) : contents.get(url.slice(-64)))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const run = runAs({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, folder }, 'A')
    const received = join(folder, 'received')
    mkdirSync(received)
    const { code } = await run('download', '--event', 'b'.repeat(64), '--out', received, '--overwrite')
    assert.equal(code, 0)
    assert.deepEqual(readdirSync(received).sort(), [`${second}-A.txt`, 'a.txt'].sort())
    assert.equal(readFileSync(join(received, 'a.txt'), 'utf8'), 'first')
  })

  it('replaces no link, whatever it is told', async (t) => {
    const bus = await startTestBus(t)
    const { sha256 } = await bus.clients.A.attach('x.txt', 'text/plain', Buffer.from(content))
    const link = join(bus.folder, 'link')
    symlinkSync('/dev/null', link)
    const refused = await runAs(bus, 'A')('download', sha256, '--out', link, '--overwrite')
    assert.match(oneLine(refused), /link/)
    assert.ok(lstatSync(link).isSymbolicLink())
  })

  it('says in one line what it cannot use', async (t) => {
    const bus = await startTestBus(t)
    const asA = runAs(bus, 'A')
    assert.match(oneLine(await asA('attach', '/nowhere')), /^The file \/nowhere does not exist/)
    assert.match(oneLine(await asA('attach', bus.folder)), /is not a regular file/)
    assert.match(
      oneLine(await asA('attach', bus.folder, '--name', 'a/b')),
      /^a\/b cannot be the name of a file/
    )
    assert.match(oneLine(await asA('download')), /^Name the SHA-256/)
    assert.match(oneLine(await asA('download', 'x')), /^x is not a SHA-256/)
    const [{ hash = '' } = {}] = await bus.clients.A.publish(bus.document())
    assert.match(oneLine(await asA('download', '--event', hash)), /^This event has no attachments/)
    assert.match(oneLine(await runAs(bus, 'A', 'vi')('download', 'x')), /^x không phải mã SHA-256/)
    const { sha256 } = await bus.clients.A.attach('x.txt', 'text/plain', Buffer.from(content))
    assert.match(
      oneLine(await asA('download', sha256, '--out', '/nowhere/x')),
      /^The file \/nowhere does not exist/
    )
  })
})
