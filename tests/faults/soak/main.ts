import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkHistory } from '../history.ts'
import { plot } from './plot.ts'
import { runSoak } from './run.ts'
import { isLevel, type Measured, slopeOf } from './samples.ts'

/**
 * `npm run soak -- --minutes 60 --restarts 3 --plot FILE`: fifty agencies send, read by long polls, attach files and act, while
 * everything is restarted in turn, the bus in the first `--restarts` minutes. Nothing may be lost, doubled or reordered; memory and descriptors must be level.
 * Memory rises and is given back in waves of some twenty minutes, so a shorter run may see only a rise.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    restarts: { type: 'string', default: '3' },
    plot: { type: 'string', default: 'soak.svg' }
  }
})
const folder = mkdtempSync(join(tmpdir(), 'lienthong-soak-'))
const say = (line: string): void => void process.stdout.write(`${line}\n`)
try {
  const { histories, samples, steady, problems, done } = await runSoak({
    ...{ folder, tell: say },
    minutes: Number(values.minutes),
    restartMinutes: Number(values.restarts)
  })
  writeFileSync(values.plot, plot(samples))
  const acknowledged = histories.reduce((sum, history) => sum + history.acknowledged.length, 0)
  const faults = histories.flatMap(checkHistory)
  say(`acknowledged ${acknowledged}; ${done}`)
  say(`faults found: ${faults.length === 0 ? 'none' : JSON.stringify(faults.slice(0, 5))}`)
  const hours = ((steady.at(-1)?.at ?? 0) - (steady[0]?.at ?? 0)) / 3600
  const slopes = (['rssMb', 'descriptors', 'walMb', 'lag'] as Measured[]).map((what) => {
    const slope = slopeOf(steady, what)
    const { perHour, standardError, mean } = slope
    say(
      `${what}: ${perHour.toFixed(2)} an hour, standard error ${standardError.toFixed(2)}, mean ${mean.toFixed(1)}`
    )
    return { what, slope }
  })
  say(`slopes over ${steady.length} samples of ${(hours * 60).toFixed(1)} minutes; plot: ${values.plot}`)
  const growing = slopes.filter(
    ({ what, slope }) => (what === 'rssMb' || what === 'descriptors') && !isLevel(slope, hours)
  )
  const all = [...problems, ...growing.map(({ what }) => `${what} grows`)]
  for (const problem of all) say(`problem: ${problem}`)
  process.exitCode = faults.length + all.length === 0 && acknowledged > 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
