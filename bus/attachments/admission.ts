import type { Readable } from 'node:stream'
import type { DiskSpace } from '#engines/store/disk-space.ts'
import type { Control } from '../control/control.ts'
import { checkMayUpload } from '../policy/may-upload.ts'

/** The system that uploads, and its agency. */
export interface Uploader {
  readonly agency: string
  readonly system: string
}

/** Decides whether a system may upload: before an upload, and again with each chunk. */
export interface Admission {
  /** Throws `BUS_NOT_PERMITTED`, or `BUS_STORE_UNAVAILABLE` if the disk has no space for so many bytes. */
  check(uploader: Uploader, size: number): void
  /** Runs `take` on a stream; its signal aborts with the error as soon as a check fails. */
  whileAdmitted<T>(
    uploader: Uploader,
    stream: { readonly bytes: Readable; readonly signal: AbortSignal },
    take: (signal: AbortSignal) => Promise<T>
  ): Promise<T>
}

export interface AdmissionOptions {
  readonly control: Pick<Control, 'state'>
  readonly space: DiskSpace
}

export function createAdmission({ control, space }: AdmissionOptions): Admission {
  return {
    check({ system }, size) {
      checkMayUpload(control.state, system)
      space.room(size)
    },

    async whileAdmitted({ system }, { bytes, signal }, take) {
      const cut = new AbortController()
      const look = (chunk: Uint8Array): void => {
        try {
          checkMayUpload(control.state, system)
          space.takeIn(chunk.length)
        } catch (error) {
          cut.abort(error)
        }
      }
      bytes.on('data', look)
      bytes.pause()
      try {
        return await take(AbortSignal.any([signal, cut.signal]))
      } finally {
        bytes.off('data', look)
      }
    }
  }
}
