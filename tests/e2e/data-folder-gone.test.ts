import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { publishAt } from '../helpers/publish-at.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { send, startTestBus, type TestBus } from '../helpers/test-bus.ts'

/** A bus that has accepted an event, and what it says of the next one and of itself. */
async function start(t: TestContext) {
  const bus = await startTestBus(t, { folder: join(temporaryFolder(t), 'data') })
  const statuses = async (): Promise<readonly number[]> => [
    (await publishAt(bus, bus.url, bus.document())).status,
    (await readiness(bus)).status
  ]
  assert.deepEqual(await statuses(), [202, 200])
  return { bus, statuses }
}

const readiness = ({ bus }: TestBus) => send(`${bus.managementUrl}/readyz`, {})

it('nothing is accepted while the data folder is elsewhere, and events are again once it is back', async (t) => {
  const { bus, statuses } = await start(t)
  renameSync(bus.folder, `${bus.folder}.moved`)
  assert.deepEqual(await statuses(), [503, 503])
  const { body } = await readiness(bus)
  assert.match(
    JSON.stringify(body),
    /"name":"data folder","problem":"[^"]*store\.sqlite of the bus was moved/
  )
  renameSync(`${bus.folder}.moved`, bus.folder)
  assert.deepEqual(await statuses(), [202, 200])
})

it('nothing is accepted after a write-ahead log was deleted, in which accepted events may be', async (t) => {
  const { bus, statuses } = await start(t)
  rmSync(join(bus.folder, 'store.sqlite-wal'))
  assert.deepEqual(await statuses(), [503, 503])
  const { body } = await readiness(bus)
  assert.doesNotMatch(JSON.stringify(body), new RegExp(bus.folder), 'who asks is not told where it is')
})

it('nothing is accepted after the data folder was deleted, or replaced by a copy of it', async (t) => {
  const { bus, statuses } = await start(t)
  const copy = `${bus.folder}.copy`
  mkdirSync(copy)
  copyFileSync(join(bus.folder, 'store.sqlite'), join(copy, 'store.sqlite'))
  rmSync(bus.folder, { recursive: true })
  assert.deepEqual(await statuses(), [503, 503])
  renameSync(copy, bus.folder)
  assert.deepEqual(await statuses(), [503, 503])
})
