import closeWithGrace from 'close-with-grace'
import { environment } from './environment.ts'
import { notifyManager } from './notify-manager.ts'
import { warnOf } from './output.ts'

/**
 * Runs until the process is asked to stop, then closes. Aborts a stop that takes longer than 30 s. SIGHUP reloads
 * where something can be reloaded. Where npm started the process, the end of npm asks it to stop.
 */
export function untilStopped(close: () => Promise<void>, reload?: () => Promise<void>): Promise<void> {
  notifyManager('READY=1')
  const { promise, resolve } = Promise.withResolvers<void>()
  if (reload) process.on('SIGHUP', () => void reload())
  const skip = ['beforeExit' as const, ...(reload ? (['SIGHUP'] as const) : [])]
  let isStopping = false
  closeWithGrace({ delay: 30_000, logger: false, skip }, async ({ err }) => {
    isStopping = true
    if (err) warnOf(err)
    notifyManager('STOPPING=1')
    await close()
    resolve()
  })
  if (environment.npm_command !== undefined) stopAfterParent(() => isStopping)
  return promise
}

const parent = process.ppid

/**
 * npm that is told to stop ends at once, and its shell does not tell what it runs. Who stops them all together has told
 * this process too: a second signal would end it at once.
 */
function stopAfterParent(isStopping: () => boolean): void {
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    if (!isStopping()) process.kill(process.pid, 'SIGTERM')
  }, 500)
  timer.unref()
}
