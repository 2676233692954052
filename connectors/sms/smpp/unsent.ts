import type { BusError } from '#protocol/errors/bus-error.ts'
import { neverSent } from '../../connector.ts'
import { faults } from '../faults.ts'

/** The fault of a message that was not written to the connection: the host knows by its cause that it is not in doubt. */
export function unsent(problem: string, cause?: unknown): BusError {
  const own = Object.assign(new TypeError('nothing was sent', { cause }), { code: neverSent })
  return faults.connectionLost({ cause: own, values: { problem } })
}
