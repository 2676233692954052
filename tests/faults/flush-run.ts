import { join } from 'node:path'
import { pause } from './load.ts'
import { openScene, type RunOptions, type RunResult } from './run.ts'

/** Files, and which flush of each: a commit flushes the write-ahead log, a checkpoint the database, whose first is at the start. */
const flushes = [
  { file: 'store.sqlite-wal', from: 20, to: 300 },
  { file: 'store.sqlite', from: 2, to: 4 }
] as const
const endMs = 60_000
const exitOfFailedDisk = '70'

/**
 * Has flushes to disk fail with EIO, under load: the bus ends rather than
 * guess what is on disk, and what it had acknowledged is there at its next start.
 */
export async function runFailingFlushes({ folder, rounds, random, tell }: RunOptions): Promise<RunResult> {
  const scene = await openScene(folder)
  const { load } = scene
  const problems: string[] = []
  const counts = new Map<string, number>()
  for (let round = 1; round <= rounds; round += 1) {
    const { file, from, to } = random.pick(flushes)
    const nth = random.integer(from, to)
    const bus = await scene.start({ under: withFailingFlush(join(folder, file), nth) })
    const ended = bus && (await Promise.race([bus.ended, pause(endMs).then(() => 'went on')]))
    if (ended !== exitOfFailedDisk)
      problems.push(`round ${round}: flush ${nth} of ${file} failed, and it ${ended}`)
    bus?.kill()
    await bus?.ended
    counts.set(file, (counts.get(file) ?? 0) + 1)
    await onSoundDisk()
    tell(`round ${round}: flush ${nth} of ${file} failed; ${load.acknowledged.length} acknowledged`)
  }
  const done = `failed flushes: ${[...counts].map(([file, n]) => `${file} ${n}`).join(', ')}`
  return { history: await scene.finish(), done, problems }

  /** What was acknowledged is taken up by a bus on a sound disk, and more comes. */
  async function onSoundDisk(): Promise<void> {
    const bus = await scene.start()
    const target = load.acknowledged.length + 50
    const until = performance.now() + endMs
    while (load.acknowledged.length < target && performance.now() < until) await pause(10)
    if (load.acknowledged.length < target) problems.push('it did not go on at its next start')
    bus?.kill()
    await bus?.ended
  }
}

/** The `nth` flush of the file, and every one after it, fails with EIO. */
function withFailingFlush(file: string, nth: number): readonly string[] {
  const flushes = 'fsync,fdatasync'
  const inject = `inject=${flushes}:error=EIO:when=${nth}+`
  return ['strace', '-f', '-qq', '-o', '/dev/null', '-P', file, '-e', `trace=${flushes}`, '-e', inject]
}
