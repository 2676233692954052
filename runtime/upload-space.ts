import { statSync } from 'node:fs'
import { type DiskSpace, endlessSpace, watchDiskSpace } from '#engines/store/disk-space.ts'

export interface UploadSpaceOptions {
  readonly dataFolder: string
  /** Undefined if attachments are in S3. */
  readonly attachmentsFolder: string | undefined
  /** Space on the disk of the data folder. */
  readonly space: DiskSpace
  readonly reserveBytes: number | undefined
  readonly deviceOf?: (folder: string) => number
}

/** The space that uploads use: that of the data folder where both folders are on one disk, so that it is counted once. */
export function uploadSpaceOf(options: UploadSpaceOptions): DiskSpace {
  const { dataFolder, attachmentsFolder: folder, space, reserveBytes, deviceOf = device } = options
  if (folder === undefined) return endlessSpace
  return deviceOf(folder) === deviceOf(dataFolder) ? space : watchDiskSpace({ folder, reserveBytes })
}

function device(folder: string): number {
  return statSync(folder).dev
}
