import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Sample } from './rounds.ts'

const run = promisify(execFile)

/** Measures one side in a separate process, so that neither side warms up the other's code or fills its memory. */
export async function sampleApart(program: string, ...words: readonly (string | number)[]): Promise<Sample> {
  const file = join(import.meta.dirname, 'subjects', program)
  const { stdout } = await run(process.execPath, [file, ...words.map(String)])
  return JSON.parse(stdout) as Sample
}
