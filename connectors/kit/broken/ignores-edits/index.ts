import { smallKind, withPolled } from '../base/small-kind.ts'

/** Its reference names the record, not the version of the record. */
export default smallKind('ignores-edits', {}, (sound) =>
  withPolled(sound, ({ items, ...rest }) => ({
    ...rest,
    items: items.map((item) => ({ ...item, reference: item.reference.replace(/(.*)@.*/, '$1@$1') }))
  }))
)
