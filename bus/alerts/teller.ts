import type { Store, StoreTransaction } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { keepLeases } from '../leases/leases.ts'

/** Of several processes that look at their figures, the one that tells. */
export interface Teller {
  /** Whether this process tells, by the lease in the store: one that was paused, and replaced, does not. */
  tells(transaction: StoreTransaction): Promise<boolean>
  close(): Promise<void>
}

/** For a process that does not share its store. */
export const onlyTeller: Teller = { tells: async () => true, close: async () => {} }

const channel = '/bus/alerts'

export interface TellerOptions {
  readonly store: Store
  /** Identifies this run of the process. */
  readonly owner: string
  readonly logger: Logger
}

export function chooseTeller(options: TellerOptions): Teller {
  const leases = keepLeases({
    ...{ ...options, channels: () => [channel] },
    run: async () => ({ close: async () => {} })
  })
  return {
    async tells(transaction) {
      try {
        await leases.guard(transaction, channel)
        return true
      } catch (error) {
        if (error instanceof BusError && error.fault === 'lease-lost') return false
        throw error
      }
    },
    close: () => leases.close()
  }
}
