import type { Readable } from 'node:stream'
import type { DiskSpace } from '#engines/store/disk-space.ts'
import type { Control } from '../control/control.ts'
import { checkMayUpload } from '../policy/may-upload.ts'

/** Whose upload it is. */
export interface Uploader {
  readonly agency: string
  readonly system: string
}

/** Whether bytes may come in, from whichever side: asked before an upload and with each piece of it. */
export interface Admission {
  /** Refuses an upload with `BUS_NOT_PERMITTED`, or with `BUS_STORE_UNAVAILABLE` where the disk has no room for it. */
  check(uploader: Uploader, size: number): void
  /** Takes a stream for as long as it may go on; the signal aborts with what ends it. */
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
