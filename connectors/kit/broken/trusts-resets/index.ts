import { hasCode, smallKind, withFailedDelivery } from '../base/small-kind.ts'

/** Takes a delivery for done when the connection was reset. */
export default smallKind('trusts-resets', {}, (sound) =>
  withFailedDelivery(sound, (error) =>
    ['ECONNRESET', 'UND_ERR_SOCKET'].some((code) => hasCode(error, code)) ? 'done' : undefined
  )
)
