import { ownFetch } from '../base/own-fetch.ts'
import { smallKind } from '../base/small-kind.ts'

/** Gives up long before its settings say so. */
export default smallKind('impatient', ownFetch({ headMs: 100 }))
