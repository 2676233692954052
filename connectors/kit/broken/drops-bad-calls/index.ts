import { smallKind, withReceived } from '../base/small-kind.ts'

/** Leaves out what it cannot use of a request. */
export default smallKind('drops-bad-calls', {}, (sound) =>
  withReceived(sound, (items) => items.filter((item) => !('fault' in item)))
)
