import type { Client } from 'pg'
import { BusError } from '#protocol/errors/bus-error.ts'
import { limitedSettings, withClient } from './ask-database.ts'
import type { PostgresConfig } from './postgres-config.ts'
import { sqlStateOf } from './postgres-faults.ts'

const oldest = 15

/**
 * What would keep the store from working on this database, each with what mends
 * it; empty where all is well. Changes nothing: what it tries it undoes.
 */
export async function databaseProblems(config: PostgresConfig): Promise<readonly string[]> {
  try {
    return await withClient(await limitedSettings(config), async (client) => {
      const { rows } = await client.query(`SELECT current_setting('server_version_num')::int AS version`)
      return [...versionProblems(Number(rows[0]?.version)), ...(await tableProblems(client))]
    })
  } catch (error) {
    return [worded(error)]
  }
}

/** `version` as in `server_version_num`. */
export function versionProblems(version: number): readonly string[] {
  const major = Math.floor(version / 10_000)
  return major >= oldest ? [] : [`it is PostgreSQL ${major}: use ${oldest} or later`]
}

async function tableProblems(client: Client): Promise<readonly string[]> {
  await client.query('BEGIN')
  try {
    await client.query('CREATE TABLE "lienthongDoctor" (number bigint)')
    await client.query('INSERT INTO "lienthongDoctor" VALUES (1)')
    return []
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error)
    return [`no table can be made (${told}): GRANT CREATE, USAGE ON SCHEMA public to the user of the bus`]
  } finally {
    await client.query('ROLLBACK')
  }
}

/** By SQLSTATE, or the code of a socket's or a certificate's error. */
const mends: readonly (readonly [RegExp, string])[] = [
  [/^28P01$/, 'see that user and password are those the database knows'],
  [
    /^28/,
    "see that pg_hba.conf lets this user in from here, and that certFile is the user's where it asks for a certificate"
  ],
  [/^3D000$/, 'make the database: CREATE DATABASE … ENCODING UTF8'],
  [/^53300$/, 'raise max_connections, or set store.postgres.readConnections lower'],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL/,
    'see that caFile holds who signed its certificate, and that this names the host of the url'
  ]
]

function worded(error: unknown): string {
  if (error instanceof BusError) return error.message
  const told = error instanceof Error ? error.message || error.name : String(error)
  const code = sqlStateOf(error) ?? (error as { readonly code?: string } | undefined)?.code ?? ''
  const [, mend] = mends.find(([codes]) => codes.test(code)) ?? []
  return `${told}: ${mend ?? 'see that it runs, and that store.postgres.url names its host and port'}`
}
