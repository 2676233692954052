import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'
import { createAgencyLines } from './agency-lines.ts'

export interface OneAtATimeOptions {
  /** How much work of one agency may wait. */
  readonly maxWaiting: number
  /** What an agency is told that has so much waiting. */
  readonly fault: Fault
}

/** Work that is done one at a time, taking agencies in turn. */
export interface OneAtATime {
  /**
   * Does the work when it is the agency's turn, and settles as the work does. Rejects with
   * `BUS_TOO_MANY_REQUESTS` if too much of the agency's work waits.
   */
  take<T>(agency: string, work: () => Promise<T>): Promise<T>
}

export function createOneAtATime({ maxWaiting, fault }: OneAtATimeOptions): OneAtATime {
  const lines = createAgencyLines<() => Promise<unknown>>(maxWaiting)
  let running = false

  const run = async (): Promise<void> => {
    if (running) return
    running = true
    for (let work = lines.next(); work; work = lines.next()) await work()
    running = false
  }

  return {
    take<T>(agency: string, work: () => Promise<T>) {
      const { promise, resolve } = Promise.withResolvers<T>()
      const isAdded = lines.add(agency, async () => {
        const done = work()
        resolve(done)
        await done.catch(() => {}) // Its failure is the caller's.
      })
      if (!isAdded) return Promise.reject(new BusError('BUS_TOO_MANY_REQUESTS', fault, { waitMs: 1000 }))
      void run()
      return promise
    }
  }
}
