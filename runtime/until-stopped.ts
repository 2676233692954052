import closeWithGrace from 'close-with-grace'
import { notifyManager } from './notify-manager.ts'
import { warnOf } from './output.ts'

/**
 * Runs until the process is asked to stop, then closes. Aborts a stop that takes longer than 30 s. SIGHUP reloads
 * where something can be reloaded.
 */
export function untilStopped(close: () => Promise<void>, reload?: () => Promise<void>): Promise<void> {
  notifyManager('READY=1')
  const { promise, resolve } = Promise.withResolvers<void>()
  if (reload) process.on('SIGHUP', () => void reload())
  closeWithGrace({ delay: 30_000, logger: false, skip: reload ? ['SIGHUP'] : [] }, async ({ err }) => {
    if (err) warnOf(err)
    notifyManager('STOPPING=1')
    await close()
    resolve()
  })
  return promise
}
