import { smallKind, withPolled } from '../base/small-kind.ts'

/** Gives the items of a page newest first. */
export default smallKind('newest-first', {}, (sound) =>
  withPolled(sound, ({ items, ...rest }) => ({ ...rest, items: items.toReversed() }))
)
