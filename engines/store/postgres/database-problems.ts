import type { Client } from 'pg'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Language } from '#protocol/errors/faults.ts'
import { limitedSettings, withClient } from './ask-database.ts'
import type { PostgresConfig } from './postgres-config.ts'
import { sqlStateOf } from './postgres-faults.ts'

const oldest = 15

/**
 * What would keep the store from working on this database, each with how to fix it; empty if nothing would.
 * Whatever it tries is rolled back.
 */
export async function databaseProblems(
  config: PostgresConfig,
  language: Language
): Promise<readonly string[]> {
  try {
    return await withClient(await limitedSettings(config), async (client) => {
      const { rows } = await client.query(`SELECT current_setting('server_version_num')::int AS version`)
      return [
        ...versionProblems(Number(rows[0]?.version), language),
        ...(await tableProblems(client, language))
      ]
    })
  } catch (error) {
    return [format(error, language)]
  }
}

/** `version` has the form of `server_version_num`. */
export function versionProblems(version: number, language: Language): readonly string[] {
  const major = Math.floor(version / 10_000)
  if (major >= oldest) return []
  return language === 'vi'
    ? [`máy chủ là PostgreSQL ${major}: hãy dùng phiên bản ${oldest} trở lên`]
    : [`the server is PostgreSQL ${major}: use ${oldest} or later`]
}

async function tableProblems(client: Client, language: Language): Promise<readonly string[]> {
  await client.query('BEGIN')
  try {
    await client.query('CREATE TABLE "lienthongDoctor" (number bigint)')
    await client.query('INSERT INTO "lienthongDoctor" VALUES (1)')
    return []
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return language === 'vi'
      ? [
          `người dùng của trục không tạo được bảng (${message}): hãy chạy GRANT CREATE, USAGE ON SCHEMA public cho người dùng này`
        ]
      : [`the user of the bus cannot create tables (${message}): GRANT CREATE, USAGE ON SCHEMA public to it`]
  } finally {
    await client.query('ROLLBACK')
  }
}

/** Fixes by SQLSTATE, or by the error code of a socket or certificate; the last fits all others. */
const fixes: readonly (readonly [RegExp, Readonly<Record<Language, string>>])[] = [
  [/^28P01$/, { vi: 'hãy kiểm tra người dùng và mật khẩu', en: 'check the user and the password' }],
  [
    /^28/,
    {
      vi: 'hãy kiểm tra pg_hba.conf có cho người dùng này vào từ máy này không, và certFile có đúng là chứng thư của người dùng không nếu máy chủ cần chứng thư',
      en: "check that pg_hba.conf permits this user from this machine, and that certFile is the user's certificate if one is required"
    }
  ],
  [
    /^3D000$/,
    {
      vi: 'hãy tạo cơ sở dữ liệu: CREATE DATABASE … ENCODING UTF8',
      en: 'create the database: CREATE DATABASE … ENCODING UTF8'
    }
  ],
  [
    /^53300$/,
    {
      vi: 'hãy tăng max_connections của PostgreSQL, hoặc giảm store.postgres.readConnections',
      en: 'increase max_connections of PostgreSQL, or lower store.postgres.readConnections'
    }
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL/,
    {
      vi: 'hãy kiểm tra caFile có đúng nơi cấp chứng thư của máy chủ không, và chứng thư có cấp cho tên máy trong url không',
      en: 'check that caFile has the authority that issued the server certificate, and that the certificate names the host in url'
    }
  ],
  [
    /^/,
    {
      vi: 'hãy kiểm tra PostgreSQL có đang chạy không, và store.postgres.url có đúng tên máy và cổng không',
      en: 'check that PostgreSQL runs, and that store.postgres.url has its host and port'
    }
  ]
]

function format(error: unknown, language: Language): string {
  if (error instanceof BusError) return error.text(language)
  const message = error instanceof Error ? error.message || error.name : String(error)
  const code = sqlStateOf(error) ?? (error as { readonly code?: string } | undefined)?.code ?? ''
  const [, fix] = fixes.find(([codes]) => codes.test(code)) ?? []
  return `${message}: ${fix?.[language]}`
}
