import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bindPassword, opened, openInstance, settingsFor } from '#connectors/directory/fixtures/open.ts'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { startSlapd } from '#deploy/servers/slapd.ts'
import { openBareDirectory } from '../baselines/bare-directory.ts'
import { type MeasureOptions, reported } from '../measure.ts'
import type { Measured } from '../results.ts'
import { compare, interleaved, type Sample } from '../rounds.ts'

const key = 'directory-out'
const inFlight = 8

/** How fast accounts are made in OpenLDAP: address, hashed password and the file that hands it out included. */
export async function directoryRow(options: MeasureOptions): Promise<readonly Measured[]> {
  if (!options.rows.includes(key)) return []
  const cleanups = collectCleanups()
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-bench-'))
  cleanups.after(() => rm(folder, { recursive: true, force: true }))
  try {
    const slapd = await startSlapd(cleanups, bindPassword)
    const signal = new AbortController().signal
    const instance = await openInstance(settingsFor(slapd, folder), { signal })
    const bare = await openBareDirectory({ ...slapd, password: bindPassword })
    cleanups.after(() => Promise.all([instance.close(), bare.close()]))
    let last = 0
    const nextNumber = (): string => {
      last += 1
      return `b${last}`
    }
    const sides = {
      ours: () => rateOf(() => instance.deliver(eventFor(nextNumber())), options.seconds),
      baseline: () => rateOf(() => bare.make(nextNumber()), options.seconds)
    }
    return [reported(options, { key, ...compare(await interleaved(sides, options.rounds)) })]
  } finally {
    await cleanups.end()
  }
}

const eventFor = (number: string) => opened(number, `Nguyễn Văn ${number}`)

/** Several at a time, as the host delivers. */
async function rateOf(make: () => Promise<unknown>, seconds: number): Promise<Sample> {
  const cpu = process.cpuUsage()
  const from = performance.now()
  let count = 0
  const line = async (): Promise<void> => {
    while (performance.now() - from < seconds * 1000) {
      await make()
      count += 1
    }
  }
  await Promise.all(Array.from({ length: inFlight }, line))
  const { user, system } = process.cpuUsage(cpu)
  return { rate: (count * 1000) / (performance.now() - from), cpuMicros: (user + system) / count }
}
