import { smallKind } from '../base/small-kind.ts'

/** Its check asks nobody. */
export default smallKind('always-well', {}, () => ({ check: async () => {} }))
