import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { BusError } from '#protocol/errors/bus-error.ts'

/**
 * Returns a check that throws `BUS_STORE_UNAVAILABLE` once the file that is there now was moved, deleted or replaced, or its write-ahead
 * log was. Who has them open would go on writing to what nobody finds any more. It costs some microseconds.
 */
export function watchFile(file: string): () => void {
  const wal = `${file}-wal`
  const identity = identityOf(file)
  let walIdentity: string | undefined // It is there once something was written.
  const gone = (path: string): BusError =>
    new BusError('BUS_STORE_UNAVAILABLE', 'data-file-gone', {
      values: { file: basename(path) },
      waitMs: 10_000
    })
  return () => {
    if (identityOf(file) !== identity) throw gone(file)
    const now = identityOf(wal) // Looked at once: another thread may begin it meanwhile.
    walIdentity ??= now
    if (now !== walIdentity) throw gone(wal)
  }
}

function identityOf(file: string): string | undefined {
  try {
    const { dev, ino } = statSync(file)
    return `${dev}:${ino}`
  } catch {
    return undefined
  }
}
