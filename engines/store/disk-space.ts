import { statfsSync } from 'node:fs'
import { basename } from 'node:path'
import { BusError } from '#protocol/errors/bus-error.ts'

/**
 * Free space on the file system of the data folder. A part of it is reserved: when everything else is
 * refused, acts can still be recorded, such as the revocation of the system that filled the disk.
 */
export interface DiskSpace {
  /** Throws `BUS_STORE_UNAVAILABLE` if so many bytes from outside would leave less than the reserve. */
  room(bytes: number): void
  /** The same, of the space that is free at this moment; `room` may be a quarter of a second behind. */
  roomNow(bytes: number): void
  /** The same; also counts the bytes as written. */
  takeIn(bytes: number): void
  /** Throws it if half of the reserve is used. Other changes of state than acts may use the first half: they are about what was accepted before. */
  change(): void
  /** Why bytes from outside are refused; undefined if they are not. */
  problem(): string | undefined
  /** Undefined where there is no such file system. */
  size(): FileSystemSize | undefined
}

/** For PostgreSQL, Kafka and S3, which have limits of their own. */
export const endlessSpace: DiskSpace = {
  room: () => {},
  roomNow: () => {},
  takeIn: () => {},
  change: () => {},
  problem: () => undefined,
  size: () => undefined
}

/** Bytes of a file system. */
export interface FileSystemSize {
  readonly total: number
  readonly free: number
}

export interface DiskSpaceOptions {
  readonly folder: string
  /** Absent: 64 MiB, but no more than a twentieth of the file system. */
  readonly reserveBytes?: number | undefined
  readonly sizeOf?: (folder: string) => FileSystemSize
  /** Milliseconds, monotonic. */
  readonly clock?: () => number
}

/** How often the file system is asked; what is written in between is counted. */
const askMs = 250
const retryAfterMs = 10_000
const mebibyte = 1_048_576

export function watchDiskSpace(options: DiskSpaceOptions): DiskSpace {
  const { folder, reserveBytes, sizeOf = fileSystemSize, clock = () => performance.now() } = options
  let size: FileSystemSize = { total: 0, free: 0 }
  let askedAt = Number.NEGATIVE_INFINITY
  let takenSince = 0

  const kept = (): number => reserveBytes ?? Math.min(64 * mebibyte, size.total / 20)

  const left = (): number => {
    if (clock() - askedAt >= askMs) {
      size = sizeOf(folder)
      askedAt = clock()
      takenSince = 0
    }
    return size.free - takenSince
  }

  const check = (after: number, least: number): void => {
    if (after >= least) return
    throw new BusError('BUS_STORE_UNAVAILABLE', 'disk-space-low', {
      values: { free: Math.floor(size.free / mebibyte), reserve: Math.ceil(kept() / mebibyte) },
      waitMs: retryAfterMs
    })
  }

  const room = (bytes: number): void => check(left() - bytes, kept())

  return {
    size() {
      try {
        left() // Asks the file system again, if that is due.
        return size
      } catch {
        return undefined
      }
    },
    room,
    roomNow(bytes) {
      askedAt = Number.NEGATIVE_INFINITY
      room(bytes)
    },
    takeIn(bytes) {
      room(bytes)
      takenSince += bytes
    },
    change: () => check(left(), kept() / 2),
    problem() {
      try {
        room(0)
        return undefined
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    }
  }
}

/** Whether work is stopped only until there is space on the disk again, which `DiskSpace.problem` reports. */
export function isDiskSpaceLow(error: unknown): boolean {
  return error instanceof BusError && error.fault === 'disk-space-low'
}

function fileSystemSize(folder: string): FileSystemSize {
  try {
    const { blocks, bavail, bsize } = statfsSync(folder)
    return { total: blocks * bsize, free: bavail * bsize }
  } catch (cause) {
    throw new BusError('BUS_STORE_UNAVAILABLE', 'data-file-gone', {
      cause,
      values: { file: basename(folder) },
      waitMs: retryAfterMs
    })
  }
}
