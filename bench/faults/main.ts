import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { startBus } from './bus-process.ts'
import { checkHistory, type FoundFault, type History, type Reading } from './history.ts'
import { type Load, pause, readWhole, startLoad } from './load.ts'
import { unfoundPlants } from './planted.ts'
import { makeProvince, recipientCodes, senderCode } from './province.ts'
import { createRandom, type Random } from './random.ts'

/**
 * `npm run faults -- --cycles N --seed S`: kills the whole bus N times under
 * load, at random and at named points, and checks that nothing acknowledged is
 * lost, doubled, reordered, stale or contradictory.
 */

/** Where the bus ends itself, and how often the point may be passed before. */
const points = [
  ['publishing.before-append', 11, 40],
  ['publishing.after-append', 11, 40],
  ['log.before-commit', 11, 40],
  ['log.after-commit', 11, 40],
  ['log.in-checkpoint', 1, 1],
  ['projector.before-commit', 5, 25],
  ['projector.after-commit', 5, 25],
  ['blobs.in-upload', 5, 20]
] as const

const perCycle = 200
const cycleTimeoutMs = 60_000

const { values } = parseArgs({
  options: { cycles: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } }
})
const cycles = Number(values.cycles)
const random = createRandom(Number(values.seed))
const folder = mkdtempSync(join(tmpdir(), 'lienthong-faults-'))
const port = await freePort()

try {
  process.exitCode = await run()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function run(): Promise<number> {
  const first = await startBus({ folder, port })
  if (!first) return tell('the bus did not start', 1)
  const clients = await makeProvince(first.gateway, folder)
  const sender = clients.get(senderCode)
  if (!sender) return tell('no sender', 1)
  first.kill()
  await first.ended
  const load = startLoad(clients, sender)
  const kills = new Map<string, number>()
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    const how = await killOnce(load, random)
    kills.set(how, (kills.get(how) ?? 0) + 1)
    if (cycle % 10 === 0) tell(`${cycle} cycles, ${load.acknowledged.length} acknowledged`)
  }
  const last = await startBus({ folder, port })
  if (!last) return tell('the bus did not start again', 1)
  await load.finish(60_000)
  const byCursor = recipientCodes.map(
    (recipient): Reading => ({ recipient, seen: load.read.get(recipient) ?? [] })
  )
  const whole = await Promise.all(
    recipientCodes.map(async (recipient): Promise<Reading> => {
      const client = clients.get(recipient)
      return { recipient, seen: client ? await readWhole(client) : [] }
    })
  )
  last.kill()
  await last.ended
  return report({ acknowledged: load.acknowledged, readings: [...byCursor, ...whole] }, kills)
}

/** Starts the bus, lets it take at least 200 events, and has it killed; tells how it ended. */
async function killOnce(load: Load, { pick, integer }: Random): Promise<string> {
  const before = load.acknowledged.length
  const [point, low, high] = pick([...points, undefined, undefined, undefined]) ?? []
  const failpoint = point === undefined ? undefined : `${point}:${integer(low, high)}`
  const bus = await startBus({ folder, port, ...(failpoint === undefined ? {} : { failpoint }) })
  let ended = bus === undefined
  void bus?.ended.then(() => {
    ended = true
  })
  const until = Date.now() + cycleTimeoutMs
  while (!ended && load.acknowledged.length < before + perCycle && Date.now() < until) await pause(5)
  if (failpoint !== undefined && ended && load.acknowledged.length < before + perCycle) {
    await fillCycle(load, before)
    return failpoint.split(':')[0] ?? ''
  }
  const graceMs = failpoint === undefined ? integer(0, 300) : 2000
  const graceUntil = Date.now() + graceMs
  while (!ended && Date.now() < graceUntil) await pause(5)
  const itself = ended && failpoint !== undefined
  bus?.kill()
  await bus?.ended
  return itself ? (failpoint?.split(':')[0] ?? '') : 'at random'
}

/** The point came early: the cycle's 200 are filled by another process, killed at random. */
async function fillCycle(load: Load, before: number): Promise<void> {
  const bus = await startBus({ folder, port })
  const until = Date.now() + cycleTimeoutMs
  while (load.acknowledged.length < before + perCycle && Date.now() < until) await pause(5)
  bus?.kill()
  await bus?.ended
}

function report(history: History, kills: ReadonlyMap<string, number>): number {
  const unfound = unfoundPlants(history)
  const faults = checkHistory(history)
  const unsound = ['log.sqlite', 'store.sqlite'].filter((file) => !isSound(join(folder, file)))
  tell(`cycles ${cycles}, acknowledged ${history.acknowledged.length}, seed ${values.seed}`)
  tell(`killed: ${[...kills].map(([how, times]) => `${how} ${times}`).join(', ')}`)
  for (const { recipient, seen } of history.readings) tell(`${recipient} read ${seen.length}`)
  tell(`planted faults the checker missed: ${unfound.length === 0 ? 'none' : unfound.join(', ')}`)
  tell(`faults found: ${faults.length === 0 ? 'none' : summary(faults)}`)
  tell(`databases: ${unsound.length === 0 ? 'sound' : `unsound: ${unsound.join(', ')}`}`)
  return unfound.length + faults.length + unsound.length === 0 ? 0 : 1
}

function summary(faults: readonly FoundFault[]): string {
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

function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const server = createServer()
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
  })
  return promise
}
