import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'
import { lookAt, readPlain, writeNew } from '../../shared-formats/folder/plain-files.ts'
import { type FolderContract, folderContract, openOldPackages } from '../fixtures/folder-contract.ts'
import { shortened } from './file-names.ts'
import { openPackageFolder } from './folder.ts'

const openHere: FolderContract['open'] = (_t, folder, tellLeft) => openPackageFolder(folder, tellLeft)

folderContract('on this machine', { seesHardLinks: true, open: openHere })

const openFolder = (t: TestContext) => openOldPackages(t, openHere)

describe('the package folder', () => {
  it('leaves a package alone while its writer is still writing', async (t) => {
    const { folder, packages } = await openFolder(t)
    const path = join(folder, 'in', 'a.edxml')
    writeFileSync(path, 'half')
    assert.equal(await packages.next(), undefined)
    utimesSync(path, new Date(), new Date(Date.now() - 10_000))
    assert.equal((await packages.next())?.bytes.toString(), 'half')
  })

  it('has nothing read by a link that takes a name after it was looked at', async (t) => {
    const { folder, drop } = await openFolder(t)
    const victim = join(folder, 'victim')
    writeFileSync(victim, 'precious')
    const path = drop('a.edxml', 'first')
    const found = await lookAt(path)
    assert.equal(found.kind, 'plain')
    const identity = found.kind === 'plain' ? found.identity : ''
    unlinkSync(path)
    symlinkSync(victim, path)
    await assert.rejects(readPlain(path, identity, 100), { code: 'ELOOP' })
    unlinkSync(path)
    drop('a.edxml', 'another one')
    assert.equal(await readPlain(path, identity, 100), undefined)
    unlinkSync(path)
    spawnSync('mkfifo', [path])
    assert.equal(await readPlain(path, identity, 100), undefined)
  })

  it('stops nothing by a package the bus may not read', {
    skip: process.getuid?.() === 0 && 'root reads anything'
  }, async (t) => {
    const { packages, drop, left } = await openFolder(t)
    chmodSync(drop('a.edxml', 'secret'), 0)
    drop('b.edxml', 'good')
    for (const _time of [1, 2]) assert.equal((await packages.next())?.bytes.toString(), 'good')
    assert.deepEqual(
      left.map(([name]) => name),
      ['a.edxml']
    )
  })

  it('tells a file of another name once it has lain for a minute, and leaves it', async (t) => {
    const { folder, packages, drop, left } = await openFolder(t)
    const names = ['van-ban.edoc', 'goi tin', 'c.zip', 'b.edxml ']
    for (const name of [...names, '.hidden']) {
      drop(name, 'x')
      utimesSync(join(folder, 'in', name), new Date(), new Date(Date.now() - 61_000))
    }
    drop('still-written.part', 'x')
    assert.equal(await packages.next(), undefined)
    assert.deepEqual(left.map(([name]) => name).sort(), names.sort())
  })

  it('leaves nothing of a file that could not be written', async (t) => {
    const path = join(temporaryFolder(t), 'reason')
    const broken = async function* () {
      yield 'half'
      throw new Error('no space left')
    }
    await assert.rejects(writeNew(path, broken()), /no space left/)
    assert.equal(existsSync(path), false)
  })
})

it('a name is shortened between characters, and keeps its ending', () => {
  assert.equal(shortened('a.edxml', 10), 'a.edxml')
  assert.equal(shortened('ếế.edxml', 10), 'ế.edxml')
  assert.equal(shortened('😀😀.xml', 11), '😀.xml')
  assert.equal(shortened('aaaaaaaaaaaaaaaaaaaaaaaaa', 10), 'aaaaaaaaaa')
})
