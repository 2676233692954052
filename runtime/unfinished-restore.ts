import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BusError } from '#protocol/errors/bus-error.ts'

/** A file that stands in a data folder from the beginning of a restore until its end. */
export function unfinishedRestoreIn(folder: string): string {
  return join(folder, 'restore.unfinished')
}

/**
 * Refuses a folder whose restore did not come to its end: its old cursors would
 * be taken for good. Throws `BUS_CONFIG_INVALID`.
 */
export function refuseUnfinishedRestore(folder: string): void {
  if (existsSync(unfinishedRestoreIn(folder))) {
    throw new BusError('BUS_CONFIG_INVALID', 'restore-unfinished', { values: { path: folder } })
  }
}
