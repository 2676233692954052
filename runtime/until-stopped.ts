import closeWithGrace from 'close-with-grace'
import { warnOf } from './output.ts'

/** Runs until the process is asked to stop, then closes. Aborts a stop that takes longer than 30 s. */
export function untilStopped(close: () => Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  closeWithGrace({ delay: 30_000, logger: false }, async ({ err }) => {
    if (err) warnOf(err)
    await close()
    resolve()
  })
  return promise
}
