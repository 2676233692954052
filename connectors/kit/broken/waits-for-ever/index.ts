import { everMs, ownFetch } from '../base/own-fetch.ts'
import { smallKind } from '../base/small-kind.ts'

/** Waits for an answer without a limit. */
export default smallKind('waits-for-ever', ownFetch({ headMs: everMs }))
