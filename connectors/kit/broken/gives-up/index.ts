import { faults, hasCode, smallKind, withFailedDelivery } from '../base/small-kind.ts'

/** An outside that refuses connections refuses events for it. */
export default smallKind('gives-up', {}, (sound) =>
  withFailedDelivery(sound, (error) =>
    hasCode(error, 'ECONNREFUSED') ? faults.refused({ values: { status: 'no connection' } }) : undefined
  )
)
