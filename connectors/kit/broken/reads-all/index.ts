import { ownFetch } from '../base/own-fetch.ts'
import { smallKind } from '../base/small-kind.ts'

/** Reads an answer however large it is. */
export default smallKind('reads-all', ownFetch({ maxBytes: Number.POSITIVE_INFINITY }))
