import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { freePort } from '#deploy/servers/free-port.ts'
import { exampleData } from '../helpers/example-data.ts'
import { runUpload } from './upload-run.ts'

/**
 * `npm run attachments -- --mebibytes 2048 --kills 10 --seed S`: one large
 * upload through a bus that is killed again and again; ends with 1 where the
 * recipient does not read the same bytes, a kill is missing, or memory is not
 * held to 400 MB.
 */
const maxPeakBytes = 400_000_000

const { values } = parseArgs({
  options: {
    mebibytes: { type: 'string', default: '2048' },
    kills: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' }
  }
})
const payload = exampleData('document/issued.v1')
const folder = mkdtempSync(join(tmpdir(), 'lienthong-attachments-'))
const size = Number(values.mebibytes) * 1_048_576
const kills = Number(values.kills)
const log = (line: string): void => void process.stdout.write(`${line}\n`)

try {
  const seed = Number(values.seed)
  const report = await runUpload({ folder, port: await freePort(), size, kills, seed, payload, log })
  const { killed, peakBytes, isIntact, seconds } = report
  log(`${values.mebibytes} MiB uploaded, killed ${killed} times, in ${seconds.toFixed(0)} s with starts`)
  log(`peak resident memory of the bus: ${(peakBytes / 1e6).toFixed(0)} MB (at most 400)`)
  log(`read back by its recipient: ${isIntact ? 'the same bytes' : 'NOT the same'}`)
  process.exitCode = isIntact && killed === kills && peakBytes <= maxPeakBytes ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
