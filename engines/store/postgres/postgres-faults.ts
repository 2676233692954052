import { DatabaseError } from 'pg'
import { BusError } from '#protocol/errors/bus-error.ts'

/** Serialisation failure and deadlock: the same work may succeed when it is run again. */
const conflicts = ['40001', '40P01']

/**
 * SQLSTATEs of a server that cannot serve at present: connection, resources, operator intervention, system
 * error, lock or statement timeout, idle transaction, read-only standby, rejected sign-in.
 */
const unavailable = /^(?:08|53|57P|58|28)|^(?:57014|55P03|25P03|25P04|25006|3D000)$/
/** SQLSTATEs after which the session has ended or cannot write any more. */
const lost = /^(?:08|57P|28)|^(?:25P03|25P04|25006|3D000)$/

export function isConflict(error: unknown): boolean {
  return conflicts.includes(sqlStateOf(error) ?? '')
}

/** Whether the connection cannot be used after this error. */
export function isLost(error: unknown): boolean {
  const state = sqlStateOf(error)
  return state === undefined ? isOfTheConnection(error) : lost.test(state)
}

/** SQLSTATEs about values: cardinality, data, integrity, program limits, check options, errors raised by triggers. */
const ofValues = /^(?:21|22|23|44|54|P0)/
const afterFailure = '25P02'

/** Whether a statement was refused because of its values. */
export function isOfValues(error: unknown): boolean {
  return ofValues.test(sqlStateOf(error) ?? '')
}

/** Whether a statement failed only because an earlier one in its transaction had failed. */
export function isAfterFailure(error: unknown): boolean {
  return sqlStateOf(error) === afterFailure
}

/** PostgreSQL's and the network's failures become ours; a statement at fault stays what it is. */
export function translated(error: unknown): unknown {
  const state = sqlStateOf(error)
  const away = state === undefined ? isOfTheConnection(error) : unavailable.test(state)
  return away ? unavailableBy(error) : error
}

export function unavailableBy(cause: unknown): BusError {
  return new BusError('BUS_STORE_UNAVAILABLE', 'database-away', { cause, waitMs: 2000 })
}

/** The SQLSTATE of a database error; undefined for other errors. */
export function sqlStateOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined
}

/** pg and the sockets throw plain errors. A value that cannot be sent or read is a bug of ours. */
function isOfTheConnection(error: unknown): boolean {
  return !(error instanceof BusError || error instanceof RangeError || error instanceof TypeError)
}
