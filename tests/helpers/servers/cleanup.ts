import { after } from 'node:test'
import { type Cleanup, collectCleanups } from '#deploy/servers/cleanup.ts'

/** For servers that the tests of a suite share: call it in the suite, and pass it to what `before` starts. */
export function afterSuite(): Cleanup {
  const cleanups = collectCleanups()
  after(() => cleanups.end())
  return cleanups
}

/** Waits for all, even if one fails, so that nothing is still starting while the rest is removed. */
export async function allStarted<const T extends readonly unknown[]>(
  starting: T
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(starting)
  return Promise.all(starting)
}
