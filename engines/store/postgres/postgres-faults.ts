import { DatabaseError } from 'pg'
import { BusError } from '#protocol/errors/bus-error.ts'

/** Serialisation failure and deadlock: the same work may stand when it is run again. */
const conflicts = ['40001', '40P01']

/**
 * SQLSTATEs of a server that cannot serve now: connection, resources, operator
 * intervention, system error, lock or statement timeout, a transaction that
 * stood still, a standby that takes no writes, a sign-in that is refused.
 */
const unavailable = /^(?:08|53|57P|58|28)|^(?:57014|55P03|25P03|25P04|25006|3D000)$/
/** Those after which the session is gone or no good for writing. */
const lost = /^(?:08|57P|28)|^(?:25P03|25P04|25006|3D000)$/

export function isConflict(error: unknown): boolean {
  return conflicts.includes(sqlStateOf(error) ?? '')
}

/** Whether nothing more can be done on the connection an error came from. */
export function isLost(error: unknown): boolean {
  const state = sqlStateOf(error)
  return state === undefined ? isOfTheConnection(error) : lost.test(state)
}

/** SQLSTATEs of values: cardinality, data, integrity, a limit of the program, a check option, what a trigger raises. */
const ofValues = /^(?:21|22|23|44|54|P0)/
const afterFailure = '25P02'

/** Whether a statement was refused for what it was to write. */
export function isOfValues(error: unknown): boolean {
  return ofValues.test(sqlStateOf(error) ?? '')
}

/** Whether a statement failed only because one before it in its transaction had. */
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

/** What the database names its failures by; undefined where it was not the database that failed. */
export function sqlStateOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined
}

/** pg and the sockets throw plain errors; values that cannot be sent or read are a bug of ours. */
function isOfTheConnection(error: unknown): boolean {
  return !(error instanceof BusError || error instanceof RangeError || error instanceof TypeError)
}
