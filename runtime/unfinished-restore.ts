import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BusError } from '#protocol/errors/bus-error.ts'

/** A file that is in the data folder from the start of a restore to its end. */
export function unfinishedRestoreIn(folder: string): string {
  return join(folder, 'restore.unfinished')
}

/**
 * Throws `BUS_CONFIG_INVALID` if a restore of this folder has not finished: cursors from before it would
 * count as valid.
 */
export function refuseUnfinishedRestore(folder: string): void {
  if (existsSync(unfinishedRestoreIn(folder))) {
    throw new BusError('BUS_CONFIG_INVALID', 'restore-unfinished', { values: { path: folder } })
  }
}
