import { smallKind } from '../base/small-kind.ts'

const { outbound: _delivers, receive: _receives, check: _checks, ...polling } = smallKind('only-polls')

/** Keeps every promise, and delivers nothing. */
export default polling
