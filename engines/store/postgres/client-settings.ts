import { readFile } from 'node:fs/promises'
import type { ConnectionOptions } from 'node:tls'
import type { ClientConfig } from 'pg'
import { BusError } from '#protocol/errors/bus-error.ts'
import { exactTypes } from './exact-types.ts'
import type { PostgresConfig } from './postgres-config.ts'

const loopback = ['localhost', '127.0.0.1', '[::1]']

/**
 * What every connection to the database has in common. Throws
 * `BUS_CONFIG_INVALID` for settings that cannot be meant, a TLS mode that
 * checks nothing among them.
 */
export async function loadClientSettings(config: PostgresConfig): Promise<ClientConfig> {
  const { host, port, user, database, sslmode } = placeOf(config)
  const isLocal = host.startsWith('/') || loopback.includes(host)
  const isAsked = sslmode === 'verify-full' || config.caFile !== undefined || config.certFile !== undefined
  if (isAsked && (sslmode === 'disable' || host.startsWith('/'))) {
    refuse('TLS is both asked for and ruled out')
  }
  const ssl = isAsked || (!isLocal && sslmode !== 'disable') ? await loadTls(config) : false
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port,
    user,
    database,
    password: await passwordOf(config),
    ssl,
    application_name: 'lienthong',
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: exactTypes
  }
}

interface Place {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
  readonly sslmode: string | undefined
}

function placeOf({ url: text }: PostgresConfig): Place {
  const url = URL.canParse(text) ? new URL(text) : refuse('the url cannot be read')
  const { host, sslmode, ...unknown } = Object.fromEntries(url.searchParams)
  if (Object.keys(unknown).length > 0) refuse(`the url names ${Object.keys(unknown).join(', ')}`)
  if (url.password !== '') refuse('the password belongs in password or passwordFile, not in the url')
  if (sslmode !== undefined && sslmode !== 'disable' && sslmode !== 'verify-full') {
    refuse(`sslmode is ${sslmode}; it may be verify-full or disable`)
  }
  if (host !== undefined && (url.hostname !== 'localhost' || !host.startsWith('/'))) {
    refuse('host in the query is the folder of a socket on localhost')
  }
  const place = {
    user: decodeURIComponent(url.username),
    database: decodeURIComponent(url.pathname.slice(1))
  }
  if (place.user === '' || place.database === '') refuse('the url names no user or no database')
  return { ...place, host: host ?? url.hostname, port: Number(url.port || 5432), sslmode }
}

async function passwordOf({ password, passwordFile }: PostgresConfig): Promise<() => Promise<string>> {
  if (passwordFile === undefined) return async () => password ?? ''
  if (password !== undefined) refuse('there is a password and a passwordFile')
  const read = async (): Promise<string> => (await readFile(passwordFile, 'utf8')).trimEnd()
  await read().catch(unreadable)
  return read
}

async function loadTls({ caFile, certFile, keyFile }: PostgresConfig): Promise<ConnectionOptions> {
  if ((certFile === undefined) !== (keyFile === undefined)) refuse('certFile and keyFile go together')
  const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(unreadable)
  return {
    rejectUnauthorized: true,
    ...(caFile === undefined ? {} : { ca: await read(caFile) }),
    ...(certFile === undefined ? {} : { cert: await read(certFile) }),
    ...(keyFile === undefined ? {} : { key: await read(keyFile) })
  }
}

function unreadable(cause: unknown): never {
  return refuse(cause instanceof Error ? cause.message : String(cause))
}

function refuse(problem: string): never {
  throw new BusError('BUS_CONFIG_INVALID', 'store-settings-wrong', { values: { problem } })
}
