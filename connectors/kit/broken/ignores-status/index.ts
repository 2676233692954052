import { BusError } from '#protocol/errors/bus-error.ts'
import { smallKind, withFailedDelivery } from '../base/small-kind.ts'

/** For it a delivery that was answered is a delivery that was done. */
export default smallKind('ignores-status', {}, (sound) =>
  withFailedDelivery(sound, (error) =>
    error instanceof BusError && error.values.status === 503 ? 'done' : undefined
  )
)
