import { everMs, ownFetch } from '../base/own-fetch.ts'
import { smallKind } from '../base/small-kind.ts'

/** Its time limit ends where the answer begins. */
export default smallKind('waits-for-each-byte', ownFetch({ bodyMs: everMs }))
