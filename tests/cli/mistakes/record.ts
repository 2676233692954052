import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { makeMistakes } from './run-mistakes.ts'

/** Records the answers that docs/mistakes.md is generated from: `node tests/cli/mistakes/record.ts`, then `npm run generate`. */
const cleanups = collectCleanups()
try {
  const answered = await makeMistakes(cleanups)
  writeFileSync(join(import.meta.dirname, 'recorded.json'), `${JSON.stringify(answered, null, 2)}\n`)
} finally {
  await cleanups.end()
}
