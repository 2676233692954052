import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { packRelease, releaseVariable } from './packed-release.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { makeProvince, provinceVariable } from './test-bus.ts'

const cleanups = collectCleanups()

/** Called by `npm test` before the first file: makes what the files would each make anew. */
export async function globalSetup(): Promise<void> {
  const folder = temporaryFolder(cleanups)
  const release = temporaryFolder(cleanups)
  await Promise.all([makeProvince(cleanups, { folder }), packRelease(release)])
  process.env[provinceVariable] = folder
  process.env[releaseVariable] = release
}

/** Called after the last file. */
export async function globalTeardown(): Promise<void> {
  await cleanups.end()
}
