import type { Client } from 'pg'
import { BusError } from '#protocol/errors/bus-error.ts'
import { limitedSettings, withClient } from './ask-database.ts'
import type { PostgresConfig } from './postgres-config.ts'
import { sqlStateOf } from './postgres-faults.ts'

const oldest = 15

/**
 * What would keep the store from working on this database, each with how to fix it; empty if nothing would.
 * Whatever it tries is rolled back.
 */
export async function databaseProblems(config: PostgresConfig): Promise<readonly string[]> {
  try {
    return await withClient(await limitedSettings(config), async (client) => {
      const { rows } = await client.query(`SELECT current_setting('server_version_num')::int AS version`)
      return [...versionProblems(Number(rows[0]?.version)), ...(await tableProblems(client))]
    })
  } catch (error) {
    return [format(error)]
  }
}

/** `version` has the form of `server_version_num`. */
export function versionProblems(version: number): readonly string[] {
  const major = Math.floor(version / 10_000)
  return major >= oldest ? [] : [`the server is PostgreSQL ${major}: use ${oldest} or later`]
}

async function tableProblems(client: Client): Promise<readonly string[]> {
  await client.query('BEGIN')
  try {
    await client.query('CREATE TABLE "lienthongDoctor" (number bigint)')
    await client.query('INSERT INTO "lienthongDoctor" VALUES (1)')
    return []
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return [
      `the user of the bus cannot create tables (${message}): GRANT CREATE, USAGE ON SCHEMA public to it`
    ]
  } finally {
    await client.query('ROLLBACK')
  }
}

/** Fixes by SQLSTATE, or by the error code of a socket or certificate. */
const fixes: readonly (readonly [RegExp, string])[] = [
  [/^28P01$/, 'check the user and the password'],
  [
    /^28/,
    "check that pg_hba.conf permits this user from this machine, and that certFile is the user's certificate if one is required"
  ],
  [/^3D000$/, 'create the database: CREATE DATABASE … ENCODING UTF8'],
  [/^53300$/, 'increase max_connections of PostgreSQL, or lower store.postgres.readConnections'],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL/,
    'check that caFile has the authority that issued the server certificate, and that the certificate names the host in url'
  ]
]

function format(error: unknown): string {
  if (error instanceof BusError) return error.message
  const message = error instanceof Error ? error.message || error.name : String(error)
  const code = sqlStateOf(error) ?? (error as { readonly code?: string } | undefined)?.code ?? ''
  const [, fix] = fixes.find(([codes]) => codes.test(code)) ?? []
  return `${message}: ${fix ?? 'check that PostgreSQL runs, and that store.postgres.url has its host and port'}`
}
