import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { treeUse } from '#bench/compare/process-tree.ts'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { startBus } from '../faults/bus-process.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { fillFolder } from './fill-folder.ts'

/**
 * `npm run start:cost -- --events 500000 --acts 32500`: fills a data folder and prints the processor time until
 * the bus is ready: with the note of verified acts, without it, and in an empty folder, in turn. It fails if no start with
 * the note took `--limit` seconds or less.
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '500000' },
    acts: { type: 'string', default: '32500' },
    rounds: { type: 'string', default: '3' },
    limit: { type: 'string', default: '3' }
  }
})
const cleanups = collectCleanups()
try {
  const folder = temporaryFolder(cleanups)
  const empty = temporaryFolder(cleanups)
  await fillFolder(folder, { events: Number(values.events), acts: Number(values.acts) })
  let fastest = Number.POSITIVE_INFINITY
  for (let round = 0; round < Number(values.rounds); round += 1) {
    fastest = Math.min(fastest, await tell('acts verified before', folder))
    forgetVerified(folder)
    await tell('none verified before', folder)
    await tell('empty folder', empty)
  }
  process.exitCode = fastest <= Number(values.limit) ? 0 : 1
} finally {
  await cleanups.end()
}

function forgetVerified(folder: string): void {
  const store = new DatabaseSync(join(folder, 'store.sqlite'))
  store.exec(`DELETE FROM "storeMeta" WHERE name LIKE 'verifiedActs.%'`)
  store.close()
}

/** Returns the seconds until it was ready. */
async function tell(which: string, folder: string): Promise<number> {
  const from = performance.now()
  const bus = await startBus({ folder, port: 0 })
  if (!bus) throw new TypeError('the bus ended before it was ready')
  const processorSeconds = treeUse(bus.pid).cpuMicros / 1e6
  const seconds = (performance.now() - from) / 1000
  process.kill(bus.pid, 'SIGTERM')
  await bus.ended
  process.stdout.write(
    `${which}: ready after ${processorSeconds.toFixed(1)} s of processor time, ${seconds.toFixed(1)} s\n`
  )
  return seconds
}
