import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { provinceVariable, startTestBus } from './test-bus.ts'

const cleanups = collectCleanups()

/** Called by `npm test` before the first file: makes what the files would each make anew. */
export async function globalSetup(): Promise<void> {
  const folder = temporaryFolder(cleanups)
  const { bus } = await startTestBus(cleanups, { folder })
  await bus.close()
  process.env[provinceVariable] = folder
}

/** Called after the last file. */
export async function globalTeardown(): Promise<void> {
  await cleanups.end()
}
