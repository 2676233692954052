import { BusError } from '#protocol/errors/bus-error.ts'
import { faults, smallKind } from '../base/small-kind.ts'

/** Its errors repeat the request, token and all. */
export default smallKind('tells-secret', {}, ({ inbound }) => ({
  inbound: {
    ...inbound,
    async poll(session, cursor, io) {
      try {
        return await inbound.poll(session, cursor, io)
      } catch (error) {
        if (!(error instanceof BusError && error.code === 'BUS_PEER_FAILED')) throw error
        throw faults.failed({ values: { status: `${error.values.status} to Bearer ${session.token}` } })
      }
    }
  }
}))
