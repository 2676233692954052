import { smallKind } from '../base/small-kind.ts'

/** Does not know what its own deliveries made. */
export default smallKind('echoes', { isOwn: () => false })
