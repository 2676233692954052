import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { collect } from '../../contracts/event-log.contract.ts'
import { killedAt, startScript } from '../../helpers/child-script.ts'
import {
  growDisk,
  noFailingFlush,
  noSmallDisk,
  onSmallDisk,
  withFailingFlush
} from '../../helpers/faulty-disk.ts'
import { openArchiveLogIn } from '../../helpers/open-archive-log.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const open = async (folder: string) => (await openArchiveLogIn(folder)).log

/** Opens a log and appends to it in eight lanes, printing each id once it is acknowledged. */
function appendForEver(folder: string): string {
  return `${opening(folder)}
    const lane = async () => {
      for (;;) {
        const records = Array.from({ length: 3 }, () => newRecord({ value: Buffer.alloc(5000) }))
        await log.append(records)
        for (const { id } of records) console.log(id)
      }
    }
    for (let n = 0; n < 8; n += 1) lane()`
}

function opening(folder: string): string {
  return `
    import { openArchiveLogIn } from './tests/helpers/open-archive-log.ts'
    import { newRecord } from './tests/contracts/event-log.contract.ts'
    const onFatal = ({ message }) => console.log('fatal', message)
    const { log } = await openArchiveLogIn(${JSON.stringify(folder)}, onFatal)
    const append = (size) => log.append([newRecord({ value: Buffer.alloc(size) })]).then(
      () => 'appended',
      ({ code }) => code
    )`
}

function assertSound(folder: string): void {
  const db = new DatabaseSync(join(folder, 'store.sqlite'))
  assert.equal(db.prepare('PRAGMA integrity_check').get()?.integrity_check, 'ok')
  db.close()
}

describe('the log on one machine after kill -9', () => {
  const points = [
    ...['log.before-commit', 'log.after-commit', 'store.in-checkpoint'].map((point) => ({
      name: `at ${point}`,
      scriptFor: (folder: string) => killedAt(`${point}:9`, appendForEver(folder)),
      killAfter: Number.POSITIVE_INFINITY
    })),
    ...[1, 40, 150, 400, 900].map((killAfter) => ({
      name: `after ${killAfter} answers`,
      scriptFor: appendForEver,
      killAfter
    }))
  ]
  for (const { name, scriptFor, killAfter } of points) {
    it(`holds everything acknowledged once, killed ${name}`, async (t) => {
      const folder = temporaryFolder(t)
      const acknowledged = new Set<string>()
      const script = startScript(t, scriptFor(folder))
      for await (const line of script.lines) {
        acknowledged.add(line)
        if (acknowledged.size === killAfter) script.kill()
      }
      assert.equal(await script.ended(), 'SIGKILL')
      const log = await open(folder)
      const last = (await log.ends()).get('log') ?? 0
      const records = last === 0 ? [] : await collect(t, log, last)
      const ids = records.map(({ headers }) => headers.ce_id ?? '')
      assert.equal(new Set(ids).size, ids.length)
      assert.equal(acknowledged.difference(new Set(ids)).size, 0)
      assert.ok(killAfter === Number.POSITIVE_INFINITY || acknowledged.size >= killAfter)
      await log.close()
      assertSound(folder)
    })
  }
})

describe('the log on one machine on a disk that fails', { skip: noFailingFlush }, () => {
  for (const [what, file, nth] of [
    ['a commit', 'store.sqlite-wal', 3],
    ['a checkpoint', 'store.sqlite', 2]
  ] as const) {
    it(`says so once when a flush of ${what} fails, and acknowledges nothing after it`, async (t) => {
      const folder = temporaryFolder(t)
      await (await open(folder)).close() // The tables are made.
      const script = startScript(
        t,
        `${opening(folder)}
        let outcome
        do outcome = await append(20_000)
        while (outcome === 'appended')
        console.log(outcome)
        console.log(await append(1), await append(1))
        await log.close()
        console.log('closed')`,
        withFailingFlush(join(folder, file), nth)
      )
      const lines = await Array.fromAsync(script.lines)
      assert.equal(lines.filter((line) => line.startsWith('fatal')).length, 1)
      assert.deepEqual(
        lines.filter((line) => !line.startsWith('fatal')),
        ['BUS_LOG_UNAVAILABLE', 'BUS_LOG_UNAVAILABLE BUS_LOG_UNAVAILABLE', 'closed']
      )
    })
  }
})

describe('the log on one machine closed on a disk that fails', { skip: noFailingFlush }, () => {
  it('says so once when the flush of what was being appended fails', async (t) => {
    const folder = temporaryFolder(t)
    await (await open(folder)).close() // The tables are made, so the first flush is that of the append.
    const script = startScript(
      t,
      `${opening(folder)}
      const last = append(1)
      await log.close()
      console.log(await last)`,
      withFailingFlush(join(folder, 'store.sqlite-wal'), 1)
    )
    const lines = await Array.fromAsync(script.lines)
    assert.deepEqual(lines.map((line) => line.split(' ')[0]).sort(), ['BUS_LOG_UNAVAILABLE', 'fatal'])
  })
})

describe('the log on one machine on a disk that is full', { skip: noSmallDisk }, () => {
  it('refuses appends, and takes them again once there is room, without a restart', async (t) => {
    const folder = temporaryFolder(t)
    const script = startScript(
      t,
      `${opening(folder)}
      let held = 0
      while ((await append(20_000)) === 'appended') held += 1
      console.log(await append(20_000))
      const last = async () => (await log.ends()).get('log') ?? 0
      const before = await last();
      ${growDisk(folder, 40_000)};
      console.log(await append(20_000))
      console.log(held === before, (await last()) === before + 1)
      for (let n = 0; n < 100; n += 1) await append(20_000)
      await log.close()`,
      onSmallDisk(folder, 3000)
    )
    assert.deepEqual(await Array.fromAsync(script.lines), ['BUS_LOG_UNAVAILABLE', 'appended', 'true true'])
  })
})
