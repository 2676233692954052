import { smallKind } from '../base/small-kind.ts'

const { inbound: _polls, receive: _receives, ...delivering } = smallKind('only-delivers')

/** Keeps every promise, and reads nothing outside. */
export default delivering
