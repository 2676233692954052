import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import type { PlaceOptions } from './place.ts'

/** A PostgreSQL server for a test, on a free port of 127.0.0.1. */
export interface PostgresServer {
  readonly port: number
  /** The folder of its socket and data. Throws in a container. */
  readonly folder: string
  /** The URL of a new database. `options` are those of CREATE DATABASE. */
  newDatabase(options?: string): Promise<string>
  /** Runs a query on a database, on a connection of its own. */
  ask(url: string, sql: string): Promise<readonly Record<string, unknown>[]>
  /** Stops it: killed (`SIGKILL`), immediately (`SIGQUIT`), or after disconnecting its clients (`SIGINT`). */
  stop(signal?: 'SIGKILL' | 'SIGQUIT' | 'SIGINT'): Promise<void>
  /** Starts it again, on the same port and data. */
  start(settings?: readonly string[]): Promise<void>
  /** Pauses or continues the server and all its sessions. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void>
}

export interface PostgresOptions extends PlaceOptions {
  /** Whether commits are flushed to disk; for tests that kill the server. */
  readonly fsync?: boolean
  /** Further settings, as `name=value`. */
  readonly settings?: readonly string[]
}

/** Longest answer, in milliseconds; long, for a busy machine. */
const answersWithinMs = 60_000

export function databaseUrl(port: number, database: string): string {
  return `postgres://postgres@127.0.0.1:${port}/${database}`
}

/** Makes a database with a name of its own, and returns its URL. */
export async function newDatabase(port: number, options: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`
  // By default each page goes through the write-ahead log too, which takes a third longer.
  await ask(databaseUrl(port, 'postgres'), `CREATE DATABASE ${name} STRATEGY FILE_COPY ${options}`)
  return databaseUrl(port, name)
}

/** Runs a query on a connection of its own. */
export async function ask(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 5000,
    query_timeout: answersWithinMs
  })
  client.on('error', () => {}) // The running query fails too, and reports it.
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

export async function answers(port: number): Promise<boolean> {
  return (await ask(databaseUrl(port, 'postgres'), 'SELECT 1')).length === 1
}

/** The settings of a server as words of its command. */
export function settingWords({ fsync = false, settings = [] }: PostgresOptions): readonly string[] {
  return [`fsync=${fsync ? 'on' : 'off'}`, ...settings].flatMap((setting) => ['-c', setting])
}
