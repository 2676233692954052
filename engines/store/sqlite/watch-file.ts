import { statSync } from 'node:fs'
import { BusError } from '#protocol/errors/bus-error.ts'

/**
 * Returns a check that throws `code` once the file that is there now was moved, deleted or replaced. Who has it open
 * would go on writing to what nobody finds any more. It costs some microseconds.
 */
export function watchFile(file: string, code: 'BUS_LOG_UNAVAILABLE' | 'BUS_STORE_UNAVAILABLE'): () => void {
  const identity = identityOf(file)
  return () => {
    if (identityOf(file) === identity) return
    throw new BusError(code, 'data-file-gone', { values: { file }, waitMs: 10_000 })
  }
}

function identityOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false })
  return found && `${found.dev}:${found.ino}`
}
