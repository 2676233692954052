import { hasCode, smallKind, withFailedDelivery } from '../base/small-kind.ts'

/** Takes a delivery for done when the connection was reset. */
export default smallKind('trusts-resets', {}, (sound) =>
  withFailedDelivery(sound, (error) => (hasCode(error, 'ECONNRESET') ? 'done' : undefined))
)
