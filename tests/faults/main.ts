import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { runClockJumps } from './clock-run.ts'
import { runFailingFlushes } from './flush-run.ts'
import { runFullDisk } from './full-disk-run.ts'
import { checkHistory, type HistoryFault } from './history.ts'
import { days } from './kafka/days/all-days.ts'
import { runDay } from './kafka/days/run-day.ts'
import { runKafka } from './kafka/run.ts'
import { runKills } from './kill-run.ts'
import { missingFor, type OwnNamespace, ownNamespace } from './needs.ts'
import { createRandom } from './random.ts'
import type { RunResult } from './run.ts'
import { missedSeededFaults } from './seeded-faults.ts'

/**
 * `npm run faults -- --fault kill --cycles N --seed S`: does something bad to
 * the whole bus N times under load, and checks that nothing acknowledged is
 * lost, doubled, reordered, stale or contradictory. `--fault` is `kill`,
 * `full-disk`, `flush` or `clock`. `--engine kafka --kills N --others M` runs
 * several processes on Kafka and PostgreSQL, breaks brokers N times and other
 * things M times; with `--day D` it is one bad day of the brokers, under at
 * least `--events` acknowledged events, each outage of `--seconds`. Where this
 * machine cannot do it, that is said by name; with `CI` set it is a failure.
 */
const runs = { kill: runKills, 'full-disk': runFullDisk, flush: runFailingFlushes, clock: runClockJumps }

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'sqlite' },
    fault: { type: 'string', default: 'kill' },
    kills: { type: 'string', default: '3' },
    others: { type: 'string', default: '3' },
    cycles: { type: 'string', default: '20' },
    day: { type: 'string' },
    events: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' }
  }
})

process.exitCode = values.engine === 'kafka' ? await onKafka() : await main(values.fault as keyof typeof runs)

async function main(fault: keyof typeof runs): Promise<number> {
  if (!Object.hasOwn(runs, fault)) return tell(`--fault is one of ${Object.keys(runs).join(', ')}`, 1)
  const missing = missingFor(fault)
  if (missing !== undefined) return tell(`not run: ${fault} (${missing})`, process.env.CI ? 1 : 0)
  if (fault === 'full-disk' && process.env.LIENTHONG_OWN === undefined) return inOwn('mount')
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-faults-'))
  try {
    const options = { folder, rounds: Number(values.cycles), random: createRandom(Number(values.seed)) }
    return report(folder, await runs[fault]({ ...options, tell }))
  } finally {
    if (fault === 'full-disk') spawnSync('umount', ['--lazy', folder])
    rmSync(folder, { recursive: true, force: true })
  }
}

async function onKafka(): Promise<number> {
  const { kills, others, seed, day: name, events, seconds } = values
  const day = name === undefined ? undefined : days[name]
  if (name !== undefined && !day) return tell(`--day is one of ${Object.keys(days).join(', ')}`, 1)
  const missing = missingFor('kafka') ?? (day?.needs && missingFor(day.needs))
  if (missing !== undefined) return tell(`not run: kafka (${missing})`, process.env.CI ? 1 : 0)
  if ((day?.needs === 'network' || day?.needs === 'mount') && process.env.LIENTHONG_OWN === undefined) {
    return inOwn(day.needs)
  }
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-faults-'))
  const result =
    name !== undefined && day
      ? await runDay(name, day, { folder, tell, events: Number(events), lastsMs: Number(seconds) * 1000 })
      : await runKafka({
          ...{ folder, kills: Number(kills), others: Number(others) },
          random: createRandom(Number(seed)),
          tell
        })
  const code = reportOn(`kafka: ${name ?? `kills ${kills}, others ${others}`}`, result)
  if (code === 0) rmSync(folder, { recursive: true, force: true })
  else tell(`what the processes said is in ${folder}`)
  return code
}

/** Runs this very command where it may mount a disk, or drop packets, that nobody else sees. */
function inOwn(what: OwnNamespace): number {
  const words = [...ownNamespace(what), process.execPath, ...process.argv.slice(1)]
  const environment = { ...process.env, LIENTHONG_OWN: what }
  return spawnSync('unshare', words, { stdio: 'inherit', env: environment }).status ?? 1
}

function report(folder: string, result: RunResult): number {
  const code = reportOn(`${values.fault}: cycles ${values.cycles}`, result)
  const sound = isSound(join(folder, 'store.sqlite'))
  return tell(`database: ${sound ? 'sound' : 'unsound'}`, code || (sound ? 0 : 1))
}

function reportOn(what: string, { history, done, problems }: RunResult): number {
  const unfound = missedSeededFaults(history)
  const faults = checkHistory(history)
  tell(`${what}, acknowledged ${history.acknowledged.length}, seed ${values.seed}`)
  tell(done)
  for (const { recipient, seen } of history.readings) tell(`${recipient} read ${seen.length}`)
  tell(`seeded faults the checker missed: ${unfound.length === 0 ? 'none' : unfound.join(', ')}`)
  tell(`faults found: ${faults.length === 0 ? 'none' : summary(faults)}`)
  for (const problem of problems) tell(`problem: ${problem}`)
  return unfound.length + faults.length + problems.length === 0 ? 0 : 1
}

function summary(faults: readonly HistoryFault[]): string {
  const counts = Map.groupBy(faults, ({ kind }) => kind)
  return [...counts]
    .map(([kind, found]) => `${kind} ${found.length} (first: ${found[0]?.recipient} ${found[0]?.id})`)
    .join(', ')
}

function isSound(file: string): boolean {
  const db = new DatabaseSync(file)
  const row = db.prepare('PRAGMA integrity_check').get()
  db.close()
  return row?.integrity_check === 'ok'
}

function tell(line: string, code = 0): number {
  process.stdout.write(`${line}\n`)
  return code
}
