import { randomUUID } from 'node:crypto'
import { smallKind } from '../base/small-kind.ts'

const run = randomUUID()

/** After a restart the outside does not know its repeats. */
export default smallKind('new-keys', { keyOf: ({ hash }) => `${run}-${hash}` })
