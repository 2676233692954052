import { smallKind } from '../base/small-kind.ts'

/** Tells the outside that all is well, also of what was quarantined. */
export default smallKind('tells-half', {}, ({ inbound }) => ({
  inbound: {
    ...inbound,
    acknowledge: async (session, { reference }, io) =>
      inbound.acknowledge?.(session, { reference, quarantined: undefined }, io)
  }
}))
