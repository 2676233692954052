import { faults, smallKind, withFailedRequest } from '../base/small-kind.ts'

/** Credentials that are not accepted are a failure like any other for it. */
export default smallKind(
  'hides-credentials',
  withFailedRequest(({ code }) =>
    code === 'BUS_PEER_CREDENTIALS' ? faults.failed({ values: { status: 401 } }) : undefined
  )
)
