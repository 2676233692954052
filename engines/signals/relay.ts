import type { Signals } from './signals.ts'

/** What a relay reports: names notified by another process, or `missed`: any name may have been notified unheard. */
export type Notice = { readonly names: readonly string[] } | 'missed'

/**
 * Carries signals between the processes of a bus, best effort. A lost signal only costs time, since every
 * waiter also looks again after a while.
 */
export interface Relay {
  /** Sends names to the other processes. Returns at once and never throws; names that cannot be sent yet are kept. */
  publish(names: Iterable<string>): void
  /**
   * Calls the listener with names that other processes published, and with `missed` each time the relay
   * starts to receive.
   */
  onNotice(listener: (notice: Notice) => void): void
  /** Sends what it still can, then stops. Safe to call twice. */
  close(): Promise<void>
}

/** Signals across processes: a name notified in one wakes the waiters in all. */
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
