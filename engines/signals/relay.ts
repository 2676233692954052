import type { Signals } from './signals.ts'

/** What a relay tells: names notified elsewhere, or that any name may have been without its telling. */
export type Notice = { readonly names: readonly string[] } | 'missed'

/**
 * Carries signals between the processes of a bus, as fast as it can and without
 * a promise: what is lost costs time only, since every waiter looks again
 * before long.
 */
export interface Relay {
  /** Tells the other processes. Returns at once and never throws; names are kept until they could be told. */
  publish(names: Iterable<string>): void
  /** Calls the listener with what other processes published, and with `missed` whenever it begins to hear. */
  onNotice(listener: (notice: Notice) => void): void
  /** Tells what it still can, then nothing more. Calling it twice is harmless. */
  close(): Promise<void>
}

/** Signals of all processes: what is notified in one wakes the waiters in every one. */
export function relayedSignals(local: Signals, relay: Pick<Relay, 'publish' | 'onNotice'>): Signals {
  relay.onNotice((notice) => {
    if (notice === 'missed') local.notifyAll()
    else local.notify(notice.names)
  })
  return {
    ...local,
    notify(names) {
      const all = [...names]
      local.notify(all)
      relay.publish(all)
    }
  }
}
