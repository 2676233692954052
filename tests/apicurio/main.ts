import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keyOf, loadPairs, type Recorded, recordedFile } from '#cli/generate/compatibility-table.ts'
import { repository } from '../helpers/demo-bus.ts'
import { startApicurio } from '../helpers/servers/apicurio.ts'
import { versions } from '../helpers/servers/installed.ts'
import { askApicurio } from './ask-apicurio.ts'

/** `npm run apicurio`: asks Apicurio Registry about every pair of the compatibility table, and writes its verdicts down. */

const works: (() => unknown)[] = []
try {
  const api = await startApicurio({ after: (work) => works.push(work) })
  const verdicts: Record<string, Recorded['verdicts'][string]> = {}
  for (const [at, pair] of loadPairs(repository).entries()) {
    verdicts[keyOf(pair)] = await askApicurio(api, `pair-${at}`, pair)
  }
  const recorded: Recorded = { version: versions.apicurio ?? '', verdicts }
  writeFileSync(join(repository, recordedFile), `${JSON.stringify(recorded, null, 2)}\n`)
  process.stdout.write(`${Object.keys(verdicts).length} pairs asked: ${recordedFile}\n`)
} finally {
  for (const work of works.reverse()) await work()
}
