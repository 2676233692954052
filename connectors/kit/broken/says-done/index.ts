import { smallKind } from '../base/small-kind.ts'

const begun = new Set<string>()

/** Answers for the outside: what it does not remember it takes for done. */
export default smallKind('says-done', {}, ({ outbound }) => ({
  outbound: {
    ...outbound,
    repeatable: false,
    async deliver(session, event, io) {
      begun.add(event.hash)
      return outbound.deliver?.(session, event, io)
    },
    lookUp: async (session, event, io) =>
      begun.has(event.hash) ? ((await outbound.lookUp?.(session, event, io)) ?? 'unknown') : 'done'
  }
}))
