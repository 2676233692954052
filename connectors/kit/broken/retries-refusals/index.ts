import { BusError } from '#protocol/errors/bus-error.ts'
import { faults, smallKind, withFailedDelivery } from '../base/small-kind.ts'

/** Has tried again what the outside will never take. */
export default smallKind('retries-refusals', {}, (sound) =>
  withFailedDelivery(sound, (error) =>
    error instanceof BusError && error.code === 'BUS_PEER_REFUSED'
      ? faults.failed({ values: error.values })
      : undefined
  )
)
