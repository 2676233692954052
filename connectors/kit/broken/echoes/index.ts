import { smallKind } from '../base/small-kind.ts'

/** Does not know what its own deliveries made. */
export default smallKind('echoes', {}, ({ outbound }) => ({
  outbound: {
    ...outbound,
    deliver: async (session, event, io) => {
      await outbound.deliver?.(session, event, io)
      return undefined
    }
  }
}))
