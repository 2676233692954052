import { smallKind, withPolled } from '../base/small-kind.ts'

const longMs = 4000
const polledAt = new Map<string, number>()

/** After a longer pause it begins with what is new then. */
export default smallKind('begins-now', {}, (sound) =>
  withPolled(sound, (polled, { baseUrl }) => {
    const pausedMs = performance.now() - (polledAt.get(baseUrl) ?? performance.now())
    polledAt.set(baseUrl, performance.now())
    return pausedMs < longMs ? polled : { ...polled, items: [] }
  })
)
