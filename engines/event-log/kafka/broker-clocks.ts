import { BusError } from '#protocol/errors/bus-error.ts'

/** A record as the leader of its partition stored it. */
export interface Stamped {
  readonly partition: string
  /** The broker, if it is known. */
  readonly leader: number | undefined
  /** Time that the broker gave it. */
  readonly at: number
}

/** Compares the clocks of brokers, which stamp the records of their partitions, with the one of this machine. */
export interface BrokerClocks {
  stamped(record: Stamped): void
  /**
   * Names a partition whose leader stamped a record with another time than it was. A broker that stores nothing more
   * cannot be judged: what is known of it counts for an hour.
   */
  problem(): BusError | undefined
}

export interface BrokerClocksOptions {
  readonly now: () => number
  /** Does not change with the clock of the machine. */
  readonly steadyNow: () => number
}

/** An append takes less than 2 s; machines that follow a time server differ by less. */
const toleratedMs = 60_000
const keptMs = 3_600_000

interface Difference {
  readonly partition: string
  readonly ms: number
  readonly seenAt: string
  readonly until: number
}

export function createBrokerClocks({ now, steadyNow }: BrokerClocksOptions): BrokerClocks {
  const differences = new Map<string, Difference>()
  return {
    stamped({ partition, leader, at }) {
      const ms = at - now()
      const broker = String(leader ?? partition)
      if (Math.abs(ms) <= toleratedMs) {
        differences.delete(broker)
        differences.delete(partition) // Of when its leader was not known.
      } else {
        const seenAt = new Date(now()).toISOString()
        differences.set(broker, { partition, ms, seenAt, until: steadyNow() + keptMs })
      }
    },
    problem() {
      const found = [...differences.values()].find(({ until }) => steadyNow() < until)
      if (!found) return undefined
      const { partition, ms, seenAt } = found
      return new BusError('BUS_LOG_UNAVAILABLE', 'broker-clock-off', {
        values: { partition, seconds: Math.round(ms / 1000), seenAt }
      })
    }
  }
}
