import { createRequire } from 'node:module'

/** Of kafkajs's queue of requests of a connection, which it does not export. */
interface RequestQueue {
  readonly pending: readonly unknown[]
  /** Milliseconds since the epoch; -1 where the broker asked for no pause. */
  readonly throttledUntil: number
  scheduleCheckPendingRequests(): void
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
  readonly prototype: RequestQueue
}

const schedule = prototype.scheduleCheckPendingRequests

/**
 * kafkajs looks after the requests that wait by a timer also where none do: a
 * thousand times a second on each connection, by a time in the past, of which
 * Node warns (tulios/kafkajs#1751). Here it looks where there is something to
 * look after.
 */
prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this)
}
