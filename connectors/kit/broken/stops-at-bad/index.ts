import { faults, smallKind, withPolled } from '../base/small-kind.ts'

/** One bad record among others, and it reads no further. */
export default smallKind('stops-at-bad', {}, (sound) =>
  withPolled(sound, (polled) => {
    const isBad = polled.items.length > 1 && polled.items.some((item) => 'fault' in item)
    if (isBad) throw faults.failed({ values: { status: 'a bad record' } })
    return polled
  })
)
