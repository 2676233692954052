import { smallKind, withReceived } from '../base/small-kind.ts'

/** Names a record otherwise when the outside calls about it. */
export default smallKind('names-calls', {}, (sound) =>
  withReceived(sound, (items) => items.map((item) => ({ ...item, reference: `call-${item.reference}` })))
)
