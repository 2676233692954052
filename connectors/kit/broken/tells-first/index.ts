import { smallKind, withPolled } from '../base/small-kind.ts'

/** Tells the outside that it has a record before anybody has stored it. */
export default smallKind('tells-first', {}, (sound) =>
  withPolled(sound, async (polled, session, io) => {
    for (const { reference } of polled.items) {
      await sound.inbound.acknowledge?.(session, { reference, quarantined: undefined }, io)
    }
    return polled
  })
)
