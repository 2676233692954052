import { smallKind, withPolled } from '../base/small-kind.ts'

/** After a full page it goes on one too far. */
export default smallKind('skips-one', {}, (sound) =>
  withPolled(sound, ({ items, cursor, more = false }) => ({
    items,
    more,
    cursor: more ? String(Number(cursor) + 1) : cursor
  }))
)
