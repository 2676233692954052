import { smallKind } from '../base/small-kind.ts'

/** Keeps every promise: what the others differ from. */
export default smallKind('sound')
