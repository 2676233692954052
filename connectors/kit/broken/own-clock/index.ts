import { ask, readRecords, type SmallParts, smallKind } from '../base/small-kind.ts'

/** Goes on after the time that its own clock shows. */
export default smallKind(
  'own-clock',
  {
    async list(session, after, io) {
      return readRecords(
        await (await ask(this as SmallParts, session, { io, path: `/records?since=${after}` })).text()
      )
    }
  },
  ({ inbound }) => ({
    inbound: {
      ...inbound,
      async poll(session, cursor, io) {
        const from = Date.now()
        return { ...(await inbound.poll(session, cursor, io)), cursor: String(from), more: false }
      }
    }
  })
)
