import { createRequire } from 'node:module'

/** kafkajs's queue of requests of one connection, which kafkajs does not export. */
interface RequestQueue {
  readonly pending: readonly unknown[]
  /** Milliseconds since the epoch; -1 if the broker asked for no pause. */
  readonly throttledUntil: number
  scheduleCheckPendingRequests(): void
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
  readonly prototype: RequestQueue
}

const schedule = prototype.scheduleCheckPendingRequests

/**
 * kafkajs checks its waiting requests by a timer even when none wait: a thousand times a second on each
 * connection, with a delay in the past, about which Node warns (tulios/kafkajs#1751). Here the timer is set
 * only when requests wait or the broker asked for a pause.
 */
prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this)
}
