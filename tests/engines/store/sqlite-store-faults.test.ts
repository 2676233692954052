import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { startScript } from '../../helpers/child-script.ts'
import { noFailingFlush, noSmallDisk, onSmallDisk, withFailingFlush } from '../../helpers/faulty-disk.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

function opening(folder: string): string {
  return `
    import { openSqliteStore } from './engines/store/sqlite/sqlite-store.ts'
    import { notes } from './tests/contracts/store.contract.ts'
    const onFatal = ({ code }) => console.log('fatal', code)
    const store = openSqliteStore({ folder: ${JSON.stringify(folder)}, parts: [notes], onFatal })
    let number = 0
    const add = (length) => store.transaction(async (transaction) => {
      number += 1
      await transaction.tables().insertInto('notes').values({ number, text: 'x'.repeat(length), bytes: null }).execute()
    }).then(() => 'written', ({ code }) => code)`
}

describe('the SQLite store on a disk that fails', { skip: noFailingFlush }, () => {
  for (const [what, file, nth] of [
    ['a commit', 'store.sqlite-wal', 9], // The first few make the tables.
    ['a checkpoint', 'store.sqlite', 2]
  ] as const) {
    it(`says so once when a flush of ${what} fails, and writes nothing after it`, async (t) => {
      const folder = temporaryFolder(t)
      const script = startScript(
        t,
        `${opening(folder)}
        let outcome
        do outcome = await add(20_000)
        while (outcome === 'written')
        console.log(outcome)
        console.log(await add(1), await add(1))
        await store.close()
        console.log('closed')`,
        withFailingFlush(join(folder, file), nth)
      )
      assert.deepEqual(await Array.fromAsync(script.lines), [
        'fatal BUS_STORE_UNAVAILABLE',
        'BUS_STORE_UNAVAILABLE',
        'BUS_STORE_UNAVAILABLE BUS_STORE_UNAVAILABLE',
        'closed'
      ])
    })
  }
})

describe('the SQLite store on a disk that is full', { skip: noSmallDisk }, () => {
  it('refuses a transaction whole, and is not taken for failed', async (t) => {
    const folder = temporaryFolder(t)
    const script = startScript(
      t,
      `${opening(folder)}
      let held = 0
      while ((await add(20_000)) === 'written') held += 1
      console.log(await add(100_000))
      const rows = await store.reader().selectFrom('notes').select('number').execute()
      console.log(rows.length === held)
      await store.close()`,
      onSmallDisk(folder, 4096)
    )
    assert.deepEqual(await Array.fromAsync(script.lines), ['BUS_STORE_UNAVAILABLE', 'true'])
  })
})
