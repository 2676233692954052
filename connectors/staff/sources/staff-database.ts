import type { LookupAddress } from 'node:dns'
import { Socket } from 'node:net'
import { Client, type QueryResultRow } from 'pg'
import type { ConnectorIo } from '../../connector.ts'
import { checkedLookup } from '../../shared-formats/http/addresses.ts'
import { readText } from '../../shared-formats/secrets/read-text.ts'
import { tlsOptionsOf } from '../../shared-formats/secrets/tls-options.ts'
import { faults } from '../faults.ts'
import type { RowValues } from '../map/to-person.ts'
import type { PostgresSettings } from '../settings.ts'
import { toDatabaseFault } from './database-faults.ts'
import {
  type IdRange,
  maxText,
  type NoticeRow,
  noticesQuery,
  peopleQuery,
  takeQuery,
  type ViewRow
} from './queries.ts'

/** A person whose data changed, and what the view has of them now. */
export interface WaitingPerson {
  readonly staffNumber: string
  /** Of the notices that wait, in order. */
  readonly ids: readonly bigint[]
  /** When the last one was written, in milliseconds since the epoch. */
  readonly recordedAt: number
  /** None: the person is not in the view any more; two: there may be more. */
  readonly rows: readonly RowValues[]
}

/** The database of the staff system. Every call rejects with a fault of the kind, and ends in time. */
export interface StaffDatabase {
  /** People of the first notices that wait, in the order of their first notices. */
  waiting(since: number, signal: AbortSignal): Promise<readonly WaitingPerson[]>
  /** Marks notices as taken. */
  take(ranges: readonly IdRange[], signal: AbortSignal): Promise<void>
  /** Rejects with what is wrong. */
  check(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Far more than notices and the data of their people. */
const maxAnswerBytes = 8_388_608
/** Until the server has let the bus in. */
const maxGreetingBytes = 65_536
const closesWithinMs = 1000

/** Opens a connection that also listens: the host is woken by each notice, and when the connection is lost. */
export async function openStaffDatabase(
  settings: PostgresSettings,
  { signal, wake }: Pick<ConnectorIo, 'signal' | 'wake'>
): Promise<StaffDatabase> {
  const socket = new Socket()
  const client = new Client({ ...(await clientSettings(settings)), stream: () => socket })
  let isClosing = false
  let [taken, most] = [0, maxGreetingBytes]
  const count = (bytes: Buffer): void => {
    taken += bytes.length
    if (taken > most) socket.destroy(new TypeError(`the answer has more than ${most} bytes`))
  }
  client.on('error', () => {}) // Told by what waits for an answer.
  client.on('notification', wake)
  client.on('end', () => {
    if (!isClosing) wake()
  })
  const inTime = <Result>(work: () => Promise<Result>, limit: AbortSignal): Promise<Result> => {
    taken = 0
    return askInTime(work, { settings, signal: limit, end: () => void socket.destroy() })
  }
  const ask = <Row extends QueryResultRow>(
    text: string,
    values: unknown[],
    limit: AbortSignal
  ): Promise<Row[]> => inTime(async () => (await client.query<Row>(text, values)).rows, limit)

  const database: StaffDatabase = {
    async waiting(since, limit) {
      const notices = await ask<NoticeRow>(noticesQuery, [since], limit)
      const given = notices.map(({ staff_number }) => staff_number)
      // A column of fixed length is noted with the spaces that fill it.
      const numbers = [...new Set(given.flatMap((one) => [one, one.trim()]))]
      return peopleOf(notices, await ask<ViewRow>(peopleQuery, [numbers, numbers.includes('')], limit))
    },
    async take(ranges, limit) {
      await ask(takeQuery, [ranges.map(([low]) => low), ranges.map(([, high]) => high)], limit)
    },
    async check(limit) {
      await database.take([], limit)
      await database.waiting(Number.MAX_SAFE_INTEGER, limit)
    },
    async close() {
      isClosing = true
      const timer = setTimeout(() => socket.destroy(), closesWithinMs)
      await client.end().catch(() => {}) // It is gone already.
      clearTimeout(timer)
    }
  }
  try {
    await inTime(async () => {
      if (settings.security === 'none') socket.on('data', count)
      await client.connect()
      if (settings.security === 'tls') client.connection.stream.on('data', count)
      await client.query("SET datestyle = 'ISO, DMY'")
      await client.query('LISTEN lienthong_staff')
      most = maxAnswerBytes
    }, signal)
    await database.check(signal)
    return database
  } catch (error) {
    isClosing = true
    socket.destroy()
    throw error
  }
}

/** Reads files and asks name servers anew at each connect. */
async function clientSettings(settings: PostgresSettings) {
  const { host, port, database, user, timeoutMs, password, passwordFile } = settings
  const unreadable = faults.secretUnreadable
  const tls = await tlsOptionsOf(settings, { host, name: 'postgres.authoritiesFile', unreadable })
  return {
    ...{ host: await addressOf(settings), port, database, user },
    password:
      passwordFile === undefined
        ? password
        : (await readText(passwordFile, 'postgres.passwordFile', unreadable)).trim(),
    ssl: settings.security === 'tls' && tls,
    ...{ application_name: 'lienthong', keepAlive: true, keepAliveInitialDelayMillis: 10_000 },
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs
  }
}

/** An address that was checked: the library looks up no name. */
function addressOf(settings: PostgresSettings): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  checkedLookup(settings.allowPrivateAddresses)(settings.host, { all: false }, (error, address) => {
    if (error) reject(toDatabaseFault(error, settings))
    else resolve(address as Exclude<typeof address, readonly LookupAddress[]>)
  })
  return promise
}

/** Ends the connection when an answer takes too long: what comes late would be taken for another's. */
async function askInTime<Result>(
  work: () => Promise<Result>,
  {
    settings,
    signal,
    end
  }: { readonly settings: PostgresSettings; readonly signal: AbortSignal; readonly end: () => void }
): Promise<Result> {
  signal.throwIfAborted()
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const giveUp = (): void => {
    reject(new TypeError(`no answer within ${settings.timeoutMs} ms`))
    end()
  }
  const timer = setTimeout(giveUp, settings.timeoutMs)
  signal.addEventListener('abort', giveUp, { once: true })
  const working = work()
  working.catch(() => {}) // The time limit may end it first.
  try {
    return await Promise.race([working, ended])
  } catch (error) {
    throw toDatabaseFault(error, settings)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
  }
}

/** The data is that of now, not of the notice: one that becomes visible late, or is read twice, does no harm. */
function peopleOf(notices: readonly NoticeRow[], view: readonly ViewRow[]): readonly WaitingPerson[] {
  const byNumber = Map.groupBy(notices, ({ staff_number }) => staff_number.trim())
  const rows = Map.groupBy(view.map(valuesIn), ({ staffNumber }) => staffNumber.trim())
  return Array.from(byNumber, ([staffNumber, all]) => ({
    staffNumber,
    ids: all.map(({ id }) => BigInt(id)),
    recordedAt: Number(all.at(-1)?.recorded_at),
    rows: rows.get(staffNumber) ?? (staffNumber.length < maxText ? [] : [tooLong(staffNumber)])
  }))
}

function valuesIn(row: ViewRow): RowValues {
  return {
    ...{ staffNumber: row.staff_number, fullName: row.full_name, unit: row.unit, position: row.position },
    ...{ status: row.status, effectiveDate: row.effective_date, mailAddress: row.mail_address },
    ...{ secondUnit: row.second_unit, secondPosition: row.second_position }
  }
}

/** A staff number that was cut and so is not found. */
function tooLong(staffNumber: string): RowValues {
  const none = { fullName: '', unit: '', position: '', status: '', effectiveDate: '' }
  return { staffNumber, ...none, secondUnit: '', secondPosition: '', mailAddress: '' }
}
