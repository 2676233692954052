import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { readPackage } from '#connectors/document/edxml/read-package.ts'
import { documentWith, fixture } from '#connectors/document/fixtures/fixtures.ts'
import { cli } from '../helpers/demo-bus.ts'
import { drop, namesIn, startDemo, until } from '../helpers/demo-packages.ts'
import { describeOnEngines } from '../helpers/engine-sets.ts'
import { afterSuite } from '../helpers/servers/cleanup.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const sender = '000.00.91.H03'
const recipient = '000.00.92.H03'

describeOnEngines('packages in folders', ({ flagsFor }) => {
  it('comes out at the recipient as a package the same reading accepts, once, though the bus dies at any step', async (t) => {
    const folder = temporaryFolder(t)
    const flags = await flagsFor(folder)
    const { child: first } = await startDemo(t, folder, flags)
    const before = namesIn(folder, recipient, 'out').length
    first.kill('SIGTERM')
    await once(first, 'exit')
    const points = [
      'items.stored:1',
      'items.published:1',
      'delivery.before-effect:1',
      'delivery.after-effect:1'
    ]
    for (const [index, point] of points.entries()) {
      const dying = spawn(
        process.execPath,
        [cli, 'demo', '--data', folder, '--port', '0', '--management-port', '0', ...flags],
        {
          stdio: ['ignore', 'ignore', 'inherit'],
          env: { ...process.env, LIENTHONG_FAILPOINT: point }
        }
      )
      t.after(() => dying.kill('SIGKILL'))
      const xml = fixture('issued').replaceAll('15/SMA-VP', `${index}/SMA-KILL`)
      drop(folder, sender, `kill-${index}.edxml`, xml)
      const [, signal] = await once(dying, 'exit')
      assert.equal(signal, 'SIGKILL', `${point} was reached`)
    }
    const { child: last } = await startDemo(t, folder, flags)
    const isKilled = (name: string): boolean =>
      readFileSync(join(folder, 'packages', recipient, 'out', name), 'utf8').includes('SMA-KILL')
    const killed = (): readonly string[] => namesIn(folder, recipient, 'out').filter(isKilled)
    await until(() => killed().length >= points.length, 'every package')
    await until(() => namesIn(folder, sender, 'in').length === 0, 'every package taken')
    last.kill('SIGTERM')
    await once(last, 'exit')
    const read = killed().map((name) =>
      readPackage(readFileSync(join(folder, 'packages', recipient, 'out', name)))
    )
    assert.equal(read.length, points.length)
    assert.equal(new Set(read.map(({ subject }) => subject)).size, points.length)
    for (const { files } of read) assert.deepEqual(files, readPackage(Buffer.from(fixture('issued'))).files)
    assert.ok(before > 0)
  })

  describe('of one demo', () => {
    const suite = afterSuite()
    let folder: string
    before(async () => {
      folder = temporaryFolder(suite)
      await startDemo(suite, folder, await flagsFor(folder))
    })

    it('takes a package whose certificate cannot be used, and those after it', async () => {
      const broken = fixture('signed-sha256').replace(
        /<X509Certificate>[\s\S]*<\/X509Certificate>/,
        (text) => {
          const der = Buffer.from(text.replace(/<[^>]+>/g, ''), 'base64').toString('hex')
          const unknownKey = Buffer.from(der.replace('2a864886f70d010101', '2a864886f70d01017e'), 'hex')
          return `<X509Certificate>${unknownKey.toString('base64')}</X509Certificate>`
        }
      )
      drop(folder, sender, 'a.edxml', broken)
      drop(folder, sender, 'b.edxml', fixture('issued').replaceAll('15/SMA-VP', '16/SMA-VP'))
      await until(() => namesIn(folder, sender, 'in').length === 0, 'both packages taken')
      assert.deepEqual(namesIn(folder, sender, 'refused'), [])
    })

    it('sets aside what cannot be used, with a reason a clerk can read beside it', async () => {
      const rows: Readonly<Record<string, readonly [string, RegExp]>> = {
        'broken.edxml': ['<edXML>', /không phải XML/],
        'other.edxml': [fixture('issued').replaceAll(sender, '000.00.93.H03'), /000\.00\.93\.H03 gửi/],
        'unknown.edxml': [fixture('issued').replaceAll(recipient, '000.00.99.H03'), /000\.00\.99\.H03/],
        'direction.edxml': [fixture('issued').replace('V/v thử', 'V/v \u202e thử'), /đổi chiều chữ/],
        'business.edxml': [documentWith('<edXML:BussinessDocType>9</edXML:BussinessDocType>'), /nghiệp vụ 9/]
      }
      for (const [name, [xml]] of Object.entries(rows)) drop(folder, sender, name, xml)
      const reasons = (): readonly string[] =>
        namesIn(folder, sender, 'refused').filter((name) => name.endsWith('.ly-do.txt'))
      await until(() => reasons().length === Object.keys(rows).length, 'every package quarantined')
      for (const name of reasons()) {
        const [, original = ''] = /^[0-9a-f]{8}-(.*)\.ly-do\.txt$/.exec(name) ?? []
        assert.match(
          readFileSync(join(folder, 'packages', sender, 'refused', name), 'utf8'),
          rows[original]?.[1] ?? /never/
        )
      }
    })
  })
})
