import assert from 'node:assert/strict'
import { existsSync, linkSync, readdirSync, renameSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'
import { openPackageFolder } from './folder.ts'
import { writeNew } from './plain-files.ts'

/** A folder whose packages are taken at once, since they are old. */
async function openFolder(t: TestContext) {
  const folder = temporaryFolder(t)
  const left: [string, string][] = []
  const packages = await openPackageFolder(folder, (name, reason) => void left.push([name, reason]))
  const drop = (name: string, content: string): string => {
    const path = join(folder, 'in', name)
    writeFileSync(path, content)
    utimesSync(path, new Date(), new Date(Date.now() - 10_000))
    return path
  }
  return { folder, packages, drop, left }
}

describe('a package that was read', () => {
  it('is moved though it has a second name now, and is not read again', async (t) => {
    const { folder, packages, drop } = await openFolder(t)
    linkSync(drop('a.edxml', 'good'), join(folder, 'b'))
    unlinkSync(join(folder, 'b'))
    const dropped = await packages.next()
    linkSync(join(folder, 'in', 'a.edxml'), join(folder, 'backup'))
    await packages.sent(dropped?.reference ?? '')
    unlinkSync(join(folder, 'backup'))
    assert.equal(await packages.next(), undefined)
    assert.equal(readdirSync(join(folder, 'sent')).length, 1)
  })

  it('has its reason beside it, once, also where the bus died after it was moved', async (t) => {
    const { folder, packages, drop } = await openFolder(t)
    drop('a.edxml', 'bad')
    const reference = (await packages.next())?.reference ?? ''
    renameSync(join(folder, 'in', 'a.edxml'), join(folder, 'refused', '0badcafe-a.edxml'))
    writeFileSync(join(folder, 'refused', '1badcafe-a.edxml'), 'another')
    const again = await openPackageFolder(folder, () => {})
    for (const _time of [1, 2]) await again.refused(reference, 'no')
    assert.deepEqual(readdirSync(join(folder, 'refused')).sort(), [
      '0badcafe-a.edxml',
      '0badcafe-a.edxml.ly-do.txt',
      '1badcafe-a.edxml'
    ])
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

it('a file of another name is told once it has lain for a minute, and left', async (t) => {
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
