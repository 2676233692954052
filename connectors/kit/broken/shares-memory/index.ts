import { smallKind, withPolled } from '../base/small-kind.ts'

const seenBy = new Map<string, string>()

/** Keeps what it has seen in the module: what one instance has read is old for the others. */
export default smallKind('shares-memory', {}, (sound) =>
  withPolled(sound, ({ items, ...rest }, { token }) => {
    const fresh = items.filter(({ reference }) => (seenBy.get(reference) ?? token) === token)
    for (const { reference } of fresh) seenBy.set(reference, token)
    return { ...rest, items: fresh }
  })
)
