import { smallKind } from '../base/small-kind.ts'

/** Reads a record while it is being written. */
export default smallKind('takes-drafts', { isDraft: () => false })
