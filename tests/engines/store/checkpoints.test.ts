import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { describe, it, type TestContext } from 'node:test'
import { createCheckpoints } from '#engines/store/sqlite/checkpoints.ts'
import { openForWriting } from '#engines/store/sqlite/connections.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { until } from '../../helpers/until.ts'

const megabyte = 1_048_576

/** A database whose write-ahead log has grown to 24 MiB, since a reader keeps a transaction open. */
function openWithReader(t: TestContext, beforeStep = () => {}) {
  const file = join(temporaryFolder(t), 'store.sqlite')
  const db = openForWriting(file)
  db.exec('CREATE TABLE notes (text TEXT)')
  const checkpoints = createCheckpoints(db, {
    beforeStep,
    onFatal: (error) => assert.fail(String(error))
  })
  t.after(() => {
    checkpoints.close()
    db.close()
  })
  const insert = db.prepare('INSERT INTO notes VALUES (?)')
  const write = (bytes: number): void => {
    insert.run('x'.repeat(bytes))
    checkpoints.afterWrite()
  }
  const size = (): number => statSync(`${file}-wal`).size
  const reader = new DatabaseSync(file, { readOnly: true })
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM notes').get()
  for (let written = 0; written < 24; written += 1) write(megabyte)
  assert.ok(size() > 24 * megabyte)
  return { reader, write, size }
}

describe('a write-ahead log that grew during a long read transaction', () => {
  it('is cut once the reader has gone, though nothing is written', async (t) => {
    const { reader, size } = openWithReader(t)
    reader.close()
    await until(() => size() === 0, 5000)
  })

  it('is cut to 16 MiB by the writes that follow, at the latest after a second', (t) => {
    const { reader, write, size } = openWithReader(t)
    reader.close()
    const end = performance.now() + 10_000
    while (size() > 16 * megabyte && performance.now() < end) write(1000) // No timer runs meanwhile.
    assert.ok(size() <= 16 * megabyte, `${size()} bytes`)
  })

  it('is not looked through again at each write', (t) => {
    let steps = 0
    const { reader, write } = openWithReader(t, () => {
      steps += 1
    })
    const before = steps
    const began = performance.now()
    for (let written = 0; written < 200; written += 1) write(1000)
    const most = 8 + (performance.now() - began) / 1000 // After 10, 20, 40 ms and so on, then each second.
    assert.ok(steps - before <= most, `${steps - before} times`)
    reader.close()
  })

  it('stays whole for as long as the reader is there, and holds nobody up', async (t) => {
    const { reader, size } = openWithReader(t)
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    await new Promise((resolve) => setTimeout(resolve, 1200)) // An attempt to cut it is made each second.
    assert.ok(delay.max < 2000e6, `held up for ${delay.max / 1e6} ms`)
    assert.ok(size() > 24 * megabyte)
    assert.equal(reader.prepare('SELECT count(*) AS notes FROM notes').get()?.notes, 0)
    reader.close()
  })
})
