import { smallKind } from '../base/small-kind.ts'

/** Takes requests from anybody. */
export default smallKind('trusts-calls', { isSigned: () => true })
