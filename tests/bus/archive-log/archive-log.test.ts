import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import type { CheckedEvent } from '#protocol/events/event-stages.ts'
import { collect, eventLogContract, newRecord } from '../../contracts/event-log.contract.ts'
import { openArchiveLogIn } from '../../helpers/open-archive-log.ts'
import { projectedEvent } from '../../helpers/projected-event.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const open = async (folder: string) => (await openArchiveLogIn(folder)).log

eventLogContract('on one machine', async (t) => {
  const folder = temporaryFolder(t)
  const log = await open(folder)
  t.after(() => log.close())
  return { log, reopen: () => open(folder) }
})

it('keeps what one append got wrong from those it was grouped with', async (t) => {
  const log = await open(temporaryFolder(t))
  t.after(() => log.close())
  const wrong = newRecord({ topic: undefined as never })
  const outcomes = await Promise.allSettled([
    log.append([newRecord()]),
    log.append([newRecord(), wrong]),
    log.append([newRecord()])
  ])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled']
  )
  assert.equal((await collect(t, log, 2)).length, 2)
  assert.deepEqual(await log.ends(), new Map([['log', 2]]))
})

it('enters an event only once the projector has said where it is, and has taken every event before it', async (t) => {
  const log = await open(temporaryFolder(t))
  t.after(() => log.close())
  const event = { from: '/agencies/1/systems/s', type: 'document.issued.v1', subject: 's', agency: '2' }
  let [entered, reached] = [0, -1]
  log.enterWith({
    reached: () => reached,
    begin(events) {
      entered += events.length
      const grants = '[]' // As it is sent.
      return {
        events: events.map(() => ({ ...projectedEvent(0, event), grants })),
        entered: () => {},
        failed: () => {}
      }
    }
  })
  const ends: (number | undefined)[] = []
  for (const position of [-1, 0, 1, 3]) {
    reached = position
    await log.append([{ ...newRecord(), checked: {} as CheckedEvent }])
    ends.push((await log.ends()).get('log'))
  }
  assert.deepEqual(ends, [1, 2, 3, 3])
  assert.equal(entered, 1)
})

it('keeps its write-ahead log short however much is appended, also while pages are read in part', async (t) => {
  const folder = temporaryFolder(t)
  const log = await open(folder)
  t.after(() => log.close())
  await log.append(Array.from({ length: 3 }, () => newRecord({ value: Buffer.alloc(2_097_152) })))
  await collect(t, log, 3) // Takes two pages, the first cut off by size.
  for (let n = 0; n < 100; n += 1) {
    await log.append(Array.from({ length: 20 }, () => newRecord({ value: Buffer.alloc(20_000) })))
  }
  const bytes = statSync(join(folder, 'store.sqlite-wal')).size
  assert.ok(bytes < 12_000_000, `${bytes} bytes after 40 MB`)
})
