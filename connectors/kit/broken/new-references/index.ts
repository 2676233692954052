import { randomUUID } from 'node:crypto'
import { smallKind, withPolled } from '../base/small-kind.ts'

/** Names the same record otherwise each time that it is read. */
export default smallKind('new-references', {}, (sound) =>
  withPolled(sound, ({ items, ...rest }) => ({
    ...rest,
    items: items.map((item) => ({ ...item, reference: `${randomUUID()}${item.reference}` }))
  }))
)
