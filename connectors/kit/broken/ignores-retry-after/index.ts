import { faults, smallKind, withFailedRequest } from '../base/small-kind.ts'

/** Forgets how long the outside asked to wait. */
export default smallKind(
  'ignores-retry-after',
  withFailedRequest(({ waitMs }) =>
    waitMs === undefined ? undefined : faults.failed({ values: { status: 429 } })
  )
)
