import { DatabaseError } from 'pg'
import { BusError } from '#protocol/errors/bus-error.ts'
import { addressRefused } from '../../shared-formats/http/addresses.ts'
import { faults } from '../faults.ts'
import type { PostgresSettings } from '../settings.ts'

/** SQLSTATEs of a server that lets a user not in. */
const denied = /^28/
/** SQLSTATEs of what was not set up: database, schema, table, view, column, function, right. */
const wrong = /^(?:3D|3F|42)/
/** SQLSTATEs of a server that cannot serve now: connection, resources, operator, system. */
const away = /^(?:08|53|57|58)/

/** What a failure of the database means to the host. Only messages that quote no data of people are shown. */
export function toDatabaseFault(error: unknown, { host, database, user }: PostgresSettings): BusError {
  if (error instanceof BusError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === addressRefused) return faults.databaseAddress({ cause: error, values: { host } })
  const problem = message.replaceAll(/\s+/g, ' ').slice(0, 300)
  const state = error instanceof DatabaseError ? (error.code ?? '') : undefined
  if (state === undefined || state === '' || away.test(state)) {
    return faults.databaseUnreachable({ cause: error, values: { host, database, problem } })
  }
  if (denied.test(state))
    return faults.databaseDenied({ cause: error, values: { host, database, user, problem: state } })
  if (wrong.test(state)) return faults.outboxWrong({ cause: error, values: { database, user, problem } })
  return faults.databaseFailed({ cause: error, values: { database, state } })
}
