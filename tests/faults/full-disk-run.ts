import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pause } from './load.ts'
import { recipientCodes } from './province.ts'
import { openScene, type RunOptions, type RunResult } from './run.ts'

const diskMebibytes = 96
const fullMs = 2000
const recoveryMs = 30_000
/** How the bus may refuse while its disk is full. */
const refusals = ['503 BUS_LOG_UNAVAILABLE', '503 BUS_STORE_UNAVAILABLE', '503 BUS_OVERLOADED']

/**
 * Fills the disk the data folder lies on, under load: what cannot be kept is
 * refused before it is acknowledged, reading goes on, and once there is room
 * again so does everything, without a restart.
 */
export async function runFullDisk({ folder, rounds, tell }: RunOptions): Promise<RunResult> {
  const size = `size=${diskMebibytes}m`
  execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder])
  return fillAgainAndAgain(folder, rounds, tell)
}

async function fillAgainAndAgain(
  folder: string,
  rounds: number,
  tell: (line: string) => void
): Promise<RunResult> {
  const scene = await openScene(folder)
  const { load, clients } = scene
  const problems: string[] = []
  const bus = await scene.start()
  if (!bus) return { history: await scene.finish(), done: 'the bus did not start', problems: ['no start'] }
  let ended: string | undefined
  void bus.ended.then((how) => {
    ended = how
  })
  let slowest = 0
  load.forgetRefusals()
  for (let round = 1; round <= rounds; round += 1) {
    await acknowledgedMore(100)
    const ballast = join(folder, 'ballast')
    const refusedBefore = refusedTimes()
    fillDisk(ballast)
    // What the files of the databases have room for is still kept.
    await until(() => refusedTimes() > refusedBefore)
    if (refusedTimes() === refusedBefore) problems.push(`round ${round}: nothing was refused`)
    await pause(fullMs)
    const reader = clients.get(recipientCodes[0])
    const page = await reader?.page().catch((error: unknown) => String(error))
    if (typeof page === 'string') problems.push(`round ${round}: reading from a full disk: ${page}`)
    const before = load.acknowledged.length
    const since = performance.now()
    rmSync(ballast)
    await acknowledgedMore(20)
    slowest = Math.max(slowest, performance.now() - since)
    if (load.acknowledged.length < before + 20) problems.push(`round ${round}: did not recover`)
    if (ended !== undefined) problems.push(`round ${round}: the bus ended with ${ended}`)
    tell(`round ${round}: ${load.acknowledged.length} acknowledged`)
  }
  const counts = [...load.refusals].map(([code, n]) => `${code} ${n}`).join(', ')
  const odd = [...load.refusals.keys()].filter((code) => !refusals.includes(code))
  if (odd.length > 0) problems.push(`refused otherwise than by 503: ${odd.join(', ')}`)
  bus.kill()
  await bus.ended
  const history = await scene.finish()
  const done = `disk filled ${rounds} times; refused: ${counts}; goes on after at most ${slowest.toFixed(0)} ms`
  return { history, done, problems }

  function refusedTimes(): number {
    return [...load.refusals.values()].reduce((sum, n) => sum + n, 0)
  }

  async function acknowledgedMore(count: number): Promise<void> {
    const target = load.acknowledged.length + count
    await until(() => load.acknowledged.length >= target)
  }
}

/** At the latest after as long as recovery may take. */
async function until(isSo: () => boolean): Promise<void> {
  const latest = performance.now() + recoveryMs
  while (!isSo() && performance.now() < latest) await pause(10)
}

/** Writes until nothing more fits. */
export function fillDisk(path: string): void {
  const file = openSync(path, 'w')
  for (const length of [1_048_576, 4096, 512]) {
    try {
      for (;;) if (writeSync(file, Buffer.alloc(length, 1)) < length) break
    } catch {
      // Full, for pieces of this length.
    }
  }
  closeSync(file)
}
