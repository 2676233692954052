import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'
import { openPackageFolder } from './folder.ts'
import { lookAt, readPlain, shortened } from './plain-files.ts'

const never = new AbortController().signal

async function* textOf(text: string): AsyncGenerator<string> {
  yield text
}

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

describe('the package folder', () => {
  it('leaves a package alone while its writer is still writing', async (t) => {
    const { folder, packages } = await openFolder(t)
    const path = join(folder, 'in', 'a.edxml')
    writeFileSync(path, 'half')
    assert.equal(await packages.next(), undefined)
    utimesSync(path, new Date(), new Date(Date.now() - 10_000))
    assert.equal((await packages.next())?.bytes.toString(), 'half')
  })

  it('moves the very file it took, and not one that has taken its name since', async (t) => {
    const { folder, packages, drop } = await openFolder(t)
    const path = drop('a.edxml', 'first')
    const first = await packages.next()
    writeFileSync(`${path}.part`, 'second')
    renameSync(`${path}.part`, path)
    await packages.sent(first?.reference ?? '')
    assert.ok(existsSync(path))
    assert.deepEqual(readdirSync(join(folder, 'sent')), [])
  })

  it('puts the reason beside a package it refuses', async (t) => {
    const { folder, packages, drop } = await openFolder(t)
    drop('a.edxml', 'bad')
    const dropped = await packages.next()
    await packages.refused(dropped?.reference ?? '', 'Gói tin không dùng được.')
    const [file = '', reason = ''] = readdirSync(join(folder, 'refused')).sort()
    assert.ok(file.endsWith('-a.edxml'))
    assert.equal(reason, `${file}.ly-do.txt`)
    assert.equal(readFileSync(join(folder, 'refused', reason), 'utf8'), 'Gói tin không dùng được.\n')
  })

  it('gives the reason on one line, and nothing in it acts on whoever reads it', async (t) => {
    const { folder, packages, drop } = await openFolder(t)
    drop('a.edxml', 'bad')
    const dropped = await packages.next()
    await packages.refused(dropped?.reference ?? '', 'x\n* * * * * root y\r\u001b[2J\u009b\u202ez\0')
    const [, reason = ''] = readdirSync(join(folder, 'refused')).sort()
    const text = readFileSync(join(folder, 'refused', reason), 'utf8')
    assert.equal(text, 'x\\n* * * * * root y\\r\\u001b[2J\\u009b\\u202ez\\u0000\n')
  })

  it('takes and moves a package of the longest name a file may have', async (t) => {
    const { folder, packages, drop } = await openFolder(t)
    for (const name of [`${'a'.repeat(249)}.edxml`, `${'ế'.repeat(83)}.edxml`]) {
      drop(name, name)
      const dropped = await packages.next()
      assert.equal(dropped?.bytes.toString(), name)
      await packages.refused(dropped.reference, 'no')
    }
    const files = readdirSync(join(folder, 'refused'))
    assert.equal(files.length, 4)
    for (const file of files) assert.match(file, /^[0-9a-f]{8}-(a+|ế+)\.edxml(\.ly-do\.txt)?$/)
    assert.deepEqual(readdirSync(join(folder, 'in')), [])
  })

  it('keeps nothing it had begun to write when it died, and leaves what others are writing', async (t) => {
    const { folder } = await openFolder(t)
    writeFileSync(join(folder, 'writing', '.lienthong-0badcafe'), 'half')
    writeFileSync(join(folder, 'writing', 'theirs.part'), 'half')
    await openPackageFolder(folder, () => {})
    assert.deepEqual(readdirSync(join(folder, 'writing')), ['theirs.part'])
  })
})

describe('the order in which packages are taken', () => {
  const written = (time: string): string => `<a><b:Timestamp>${time}</b:Timestamp></a>`
  const namesTaken = async (packages: Awaited<ReturnType<typeof openPackageFolder>>) => {
    const names: string[] = []
    for (let next = await packages.next(); next; next = await packages.next()) {
      names.push(next.reference.slice(next.reference.indexOf(' ') + 1))
      await packages.sent(next.reference)
    }
    return names
  }

  it('is that of the latest time in each, whatever their names are and whenever the files were written', async (t) => {
    const { packages, drop } = await openFolder(t)
    drop('a.edxml', written('2026/02/27 08:00:02'))
    drop('b.xml', written('2026/02/27 08:00:00') + written('2026-02-27T08:00:01+07:00'))
    drop('c.edxml', written('2026/02/27 08:00'))
    drop('d.edxml', written('27/02/2026 07:59:59'))
    assert.deepEqual(await namesTaken(packages), ['d.edxml', 'c.edxml', 'b.xml', 'a.edxml'])
  })

  it('is that of the files where the times are the same, and then that of the numbers in their names', async (t) => {
    const { folder, packages, drop } = await openFolder(t)
    const second = Math.floor(Date.now() / 1000)
    const ages: Readonly<Record<string, number>> = {
      '10-thu-hoi.edxml': 100,
      '9-moi.edxml': 100,
      '1-cu.edxml': 90,
      'z.edxml': 390
    }
    for (const [name, age] of Object.entries(ages)) {
      drop(name, written('2026/02/27 08:00:00'))
      utimesSync(join(folder, 'in', name), second - age, second - age)
    }
    assert.deepEqual(await namesTaken(packages), ['z.edxml', '9-moi.edxml', '10-thu-hoi.edxml', '1-cu.edxml'])
  })

  it('is that of the files where there is no time in them', async (t) => {
    const { folder, packages, drop } = await openFolder(t)
    for (const [index, name] of ['b.edxml', 'a.edxml', 'c.edxml'].entries()) {
      drop(name, 'no time')
      utimesSync(join(folder, 'in', name), 1_700_000_000 + index, 1_700_000_000 + index)
    }
    assert.deepEqual(await namesTaken(packages), ['b.edxml', 'a.edxml', 'c.edxml'])
  })
})

describe('whoever may write into the folders', () => {
  /** A file that nobody but the bus may touch. */
  const victimIn = (folder: string): { path: string; isWhole: () => boolean } => {
    const path = join(folder, 'victim')
    writeFileSync(path, 'precious')
    return { path, isWhole: () => readFileSync(path, 'utf8') === 'precious' && lstatSync(path).nlink === 1 }
  }
  const kinds: Readonly<Record<string, (path: string, victim: string) => void>> = {
    'a link': (path, victim) => symlinkSync(victim, path),
    'a link that leads nowhere': (path) => symlinkSync('/nowhere/x', path),
    'a link to a folder': (path) => symlinkSync('/', path),
    'a link to itself': (path) => symlinkSync(path, path),
    'a folder': (path) => mkdirSync(path),
    'a pipe': (path) => void spawnSync('mkfifo', [path]),
    'a second name of a file': (path, victim) => linkSync(victim, path)
  }
  it('has nothing read, moved or waited for by what is no plain file in `in`; each is told once', async (t) => {
    const { folder, packages, drop, left } = await openFolder(t)
    const victim = victimIn(folder)
    const names = Object.entries(kinds).flatMap(([kind, make]) => {
      const both = [`${kind}.edxml`, kind]
      for (const name of both) make(join(folder, 'in', name), victim.path)
      return both
    })
    drop('z.edxml', 'good')
    const limit = performance.now() + 60_000
    while (left.length < names.length && performance.now() < limit) {
      assert.equal((await packages.next())?.bytes.toString(), 'good')
      await pause(50)
    }
    await packages.next()
    assert.deepEqual(left.map(([name]) => name).sort(), names.sort())
    assert.deepEqual(readdirSync(join(folder, 'in')).sort(), [...names, 'z.edxml'].sort())
    assert.equal(readFileSync(victim.path, 'utf8'), 'precious')
  })

  it('has nothing read by a link that takes a name after it was looked at', async (t) => {
    const { folder, drop } = await openFolder(t)
    const victim = victimIn(folder)
    const path = drop('a.edxml', 'first')
    const found = await lookAt(path)
    assert.equal(found.kind, 'plain')
    const identity = found.kind === 'plain' ? found.identity : ''
    unlinkSync(path)
    symlinkSync(victim.path, path)
    await assert.rejects(readPlain(path, identity, 100), { code: 'ELOOP' })
    unlinkSync(path)
    drop('a.edxml', 'another one')
    assert.equal(await readPlain(path, identity, 100), undefined)
    unlinkSync(path)
    spawnSync('mkfifo', [path])
    assert.equal(await readPlain(path, identity, 100), undefined)
  })

  it('cannot foretell a name the bus writes under, nor have it write through a link', async (t) => {
    const { folder, packages, drop } = await openFolder(t)
    const victim = victimIn(folder)
    const names = async (): Promise<readonly string[]> => {
      drop('a.edxml', 'bad')
      const dropped = await packages.next()
      await packages.refused(dropped?.reference ?? '', 'no')
      return readdirSync(join(folder, 'refused'))
    }
    const first = await names()
    assert.equal((await names()).length, 2 * first.length)
    for (const name of ['out.edxml', '.check', '.lienthong-'])
      symlinkSync(victim.path, join(folder, 'writing', name))
    symlinkSync(victim.path, join(folder, 'out', 'out.edxml'))
    await packages.put('out.edxml', textOf('a package'), never)
    await packages.put('out.edxml', textOf('a package'), never)
    assert.equal(await packages.check(), undefined)
    assert.ok(lstatSync(join(folder, 'out', 'out.edxml')).isFile())
    assert.ok(victim.isWhole())
  })

  for (const replaced of ['in', 'out', 'sent', 'refused', 'writing'] as const) {
    it(`cannot have the bus read or write elsewhere by a link in the place of \`${replaced}\``, async (t) => {
      const { folder, packages, drop } = await openFolder(t)
      const elsewhere = join(folder, 'elsewhere')
      mkdirSync(elsewhere)
      drop('a.edxml', 'good')
      drop('b.edxml', 'bad')
      const dropped = await packages.next()
      renameSync(join(folder, replaced), join(elsewhere, 'was'))
      symlinkSync(join(elsewhere, replaced === 'in' ? 'was' : '.'), join(folder, replaced))
      const before = readdirSync(elsewhere)
      for (const use of [
        () => packages.next(),
        () => packages.sent(dropped?.reference ?? ''),
        () => packages.refused(dropped?.reference ?? '', 'no'),
        () => packages.put('c.edxml', textOf('c'), never)
      ]) {
        await use().catch((error: { code: string }) => assert.equal(error.code, 'BUS_PEER_UNREACHABLE'))
      }
      assert.deepEqual(readdirSync(elsewhere), before)
      if (replaced === 'in') assert.equal(readdirSync(join(elsewhere, 'was')).length, 2)
      assert.match((await packages.check()) ?? '', /is not a folder/)
      const again = await openPackageFolder(folder, () => {}) // Nor can it keep the bus from starting.
      assert.match((await again.check()) ?? '', /is not a folder/)
    })
  }

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

  it('is told again of what was taken away and came back', async (t) => {
    const { folder, packages, left } = await openFolder(t)
    const path = join(folder, 'in', 'a.edxml')
    for (const times of [1, 2]) {
      symlinkSync('/nowhere', path)
      const limit = performance.now() + 20_000
      while (left.length < times && performance.now() < limit) {
        await packages.next()
        await pause(50)
      }
      rmSync(path)
      await packages.next()
    }
    assert.equal(left.length, 2)
  })
})

it('a name is shortened between characters, and keeps its ending', () => {
  assert.equal(shortened('a.edxml', 10), 'a.edxml')
  assert.equal(shortened('ếế.edxml', 10), 'ế.edxml')
  assert.equal(shortened('😀😀.xml', 11), '😀.xml')
  assert.equal(shortened('aaaaaaaaaaaaaaaaaaaaaaaaa', 10), 'aaaaaaaaaa')
})
