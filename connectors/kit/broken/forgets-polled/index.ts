import { smallKind, withPolled } from '../base/small-kind.ts'

const polled = new Set<string>()

/** Tells the outside only of what this process read. */
export default smallKind('forgets-polled', {}, (sound) => {
  const { inbound } = withPolled(sound, (found) => {
    for (const { reference } of found.items) polled.add(reference)
    return found
  })
  return {
    inbound: {
      ...sound.inbound,
      ...inbound,
      acknowledge: async (session, outcome, io) =>
        polled.has(outcome.reference) ? sound.inbound.acknowledge?.(session, outcome, io) : undefined
    }
  }
})
