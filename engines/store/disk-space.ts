import { statfsSync } from 'node:fs'
import { BusError } from '#protocol/errors/bus-error.ts'

/**
 * Room on the file system that the data lies on. Part of it is kept back: when
 * everything else is refused, an act (the revocation of whoever filled the disk)
 * can still be recorded.
 */
export interface DiskSpace {
  /** Refuses bytes from outside (`BUS_STORE_UNAVAILABLE`) that would leave less than what is kept back. */
  room(bytes: number): void
  /** The same, and counts them: they are being written. */
  takeIn(bytes: number): void
  /** Refuses every other change of state once half of what is kept back is gone too; what the bus took in before may use the first half. */
  change(): void
  /** Why bytes from outside are refused; undefined while they are not. */
  problem(): string | undefined
}

/** Where others look after the room there is: PostgreSQL, Kafka, S3. */
export const endlessSpace: DiskSpace = {
  room: () => {},
  takeIn: () => {},
  change: () => {},
  problem: () => undefined
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
  /** Milliseconds on a clock that is never set. */
  readonly clock?: () => number
}

/** The file system is asked at most so often; what is taken in meanwhile is counted. */
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
    room,
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

function fileSystemSize(folder: string): FileSystemSize {
  const { blocks, bavail, bsize } = statfsSync(folder)
  return { total: blocks * bsize, free: bavail * bsize }
}
