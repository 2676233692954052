import { BusError } from '#protocol/errors/bus-error.ts'

/** Compares the clocks of brokers, which stamp the records of their partitions, with the one of this machine. */
export interface BrokerClocks {
  /** The leader of a partition has stamped a record with this time. */
  stamped(partition: string, brokerMs: number): void
  /** Names a partition whose leader stamped a record with another time than it was, within a minute. */
  problem(): BusError | undefined
}

/** An append takes less than 2 s; machines that follow a time server differ by less. */
const toleratedMs = 60_000
const keptMs = 60_000

interface Difference {
  readonly seenAt: number
  readonly ms: number
}

export function createBrokerClocks(now: () => number): BrokerClocks {
  const differences = new Map<string, Difference>()
  return {
    stamped(partition, brokerMs) {
      const ms = brokerMs - now()
      if (Math.abs(ms) <= toleratedMs) differences.delete(partition)
      else differences.set(partition, { seenAt: performance.now(), ms })
    },
    problem() {
      const found = [...differences].find(([, { seenAt }]) => performance.now() - seenAt < keptMs)
      if (!found) return undefined
      const [partition, { ms }] = found
      return new BusError('BUS_LOG_UNAVAILABLE', 'broker-clock-off', {
        values: { partition, seconds: Math.round(ms / 1000) }
      })
    }
  }
}
