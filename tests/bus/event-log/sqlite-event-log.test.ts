import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { it, type TestContext } from 'node:test'
import { partitionOf } from '#bus/event-log/partition.ts'
import { openSqliteEventLog } from '#bus/event-log/sqlite/sqlite-event-log.ts'
import { lockFolder } from '#bus/store/sqlite/folder-lock.ts'
import { noFailpoints } from '#bus/telemetry/failpoints.ts'
import { collect, eventLogContract } from '#tests/contracts/event-log.contract.ts'
import { repository } from '#tests/helpers/demo-bus.ts'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'

const open = (folder: string) => openSqliteEventLog({ folder, failpoints: noFailpoints, onFatal: () => {} })

eventLogContract('sqlite', async (t) => {
  const folder = temporaryFolder(t)
  const log = await open(folder)
  t.after(() => log.close())
  return { log, reopen: () => open(folder) }
})

it('computes partitions as Java clients do', () => {
  // Values of org.apache.kafka.common.utils.Utils.murmur2, as its own tests list them.
  const known: Readonly<Record<string, number>> = {
    '21': -973932308,
    foobar: -790332482,
    'a-little-bit-long-string': -985981536,
    'a-little-bit-longer-string': -1486304829,
    lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971
  }
  for (const [key, hash] of Object.entries(known)) {
    assert.equal(partitionOf(Buffer.from(key), 1000), (hash & 0x7fffffff) % 1000)
  }
})

/** A process that runs a script on the sources, told by its first words when it is under way. */
async function child(t: TestContext, script: string) {
  const process_ = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'inherit']
  })
  t.after(() => process_.kill('SIGKILL'))
  return { process_, lines: createInterface({ input: process_.stdout }) }
}

it('holds every acknowledged record after kill -9 in the middle of appending', async (t) => {
  const folder = temporaryFolder(t)
  const acknowledged: string[] = []
  for (let round = 0; round < 3; round += 1) {
    const { process_, lines } = await child(
      t,
      `const { openSqliteEventLog } = await import('./bus/event-log/sqlite/sqlite-event-log.ts')
       const { newRecord } = await import('./tests/contracts/event-log.contract.ts')
       const log = await openSqliteEventLog({ folder: ${JSON.stringify(folder)}, failpoints: { reach() {}, armed: undefined }, onFatal() {} })
       for (;;) await Promise.all(Array.from({ length: 8 }, async () => {
         const record = newRecord()
         await log.append([record])
         console.log(record.id)
       }))`
    )
    let lines_ = 0
    for await (const line of lines) {
      acknowledged.push(line)
      lines_ += 1
      if (lines_ === 60) process_.kill('SIGKILL')
    }
    if (process_.signalCode === null) await once(process_, 'exit')
  }
  const log = await open(folder)
  t.after(() => log.close())
  const ids = (await collect(t, log, acknowledged.length)).map(({ headers }) => headers.ce_id)
  assert.deepEqual(
    acknowledged.filter((id) => !ids.includes(id)),
    []
  )
  assert.equal(new Set(ids).size, ids.length)
})

it('lets one process only use a data folder, until that one ends, however it ends', async (t) => {
  const folder = temporaryFolder(t)
  const { process_, lines } = await child(
    t,
    `const { lockFolder } = await import('./bus/store/sqlite/folder-lock.ts')
     lockFolder(${JSON.stringify(folder)})
     console.log('locked')
     setInterval(() => {}, 1000)`
  )
  for await (const _line of lines) {
    assert.throws(() => lockFolder(folder), { code: 'BUS_DATA_IN_USE' })
    process_.kill('SIGKILL')
  }
  if (process_.signalCode === null) await once(process_, 'exit')
  lockFolder(folder)()
})
