import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withFiles } from '#connectors/document/fixtures/small.ts'
import { openAxisServer } from '#deploy/outsides/axis/server.ts'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { startSshd } from '#deploy/servers/sshd.ts'
import { openBarePackages } from '../baselines/bare-packages.ts'
import { type MeasureOptions, reported } from '../measure.ts'
import type { Measured } from '../results.ts'
import { compare, interleaved, type Sample } from '../rounds.ts'
import { account, openWays, recipient, sender } from './document-ways.ts'

const ways = ['folder', 'sftp', 'axis', 'axis-server'] as const
const keys = ways.flatMap((way) => [`document-${way}`, `document-${way}-out`] as const)
/** How fast packages of 20 MB are taken and given, over each way. Nothing is stored: what a store costs is measured elsewhere. */
export async function documentRows(options: MeasureOptions): Promise<readonly Measured[]> {
  if (!keys.some((key) => options.rows.includes(key))) return []
  const cleanups = collectCleanups()
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))
  cleanups.after(() => rmSync(folder, { recursive: true, force: true }))
  try {
    const content = Buffer.alloc(15_000_000, 'Công văn')
    const file = Buffer.from(withFiles({ content: content.toString('base64') }))
    writeFileSync(join(folder, 'content'), content)
    const sshd = await startSshd(cleanups)
    const axis = await openAxisServer({
      accounts: [account],
      agencies: [sender, recipient].map((code) => ({ code, name: code, pcode: account.systemId }))
    })
    cleanups.after(() => axis.close())
    const ours = await openWays({ folder, file, sshd, axis })
    const bare = await openBarePackages({ folder, sshd, axis, account, file })
    cleanups.after(async () => {
      for (const close of [...ours.closes, bare.close]) await close()
    })
    const measured: Measured[] = []
    for (const key of keys.filter((one) => options.rows.includes(one))) {
      const sides = {
        ours: () => repeated(ours.works[key], options.seconds),
        baseline: () => repeated(bare.works[key], options.seconds)
      }
      measured.push(reported(options, { key, ...compare(await interleaved(sides, options.rounds)) }))
    }
    return measured
  } finally {
    await cleanups.end()
  }
}

async function repeated(work: () => Promise<void>, seconds: number): Promise<Sample> {
  const cpu = process.cpuUsage()
  const from = performance.now()
  let count = 0
  do {
    await work()
    count += 1
  } while (performance.now() - from < seconds * 1000)
  const { user, system } = process.cpuUsage(cpu)
  return { rate: (count * 1000) / (performance.now() - from), cpuMicros: (user + system) / count }
}
