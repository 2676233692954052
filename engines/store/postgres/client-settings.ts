import { readFile } from 'node:fs/promises'
import type { ConnectionOptions } from 'node:tls'
import type { ClientConfig } from 'pg'
import { BusError } from '#protocol/errors/bus-error.ts'
import { exactTypes } from './exact-types.ts'
import type { PostgresConfig } from './postgres-config.ts'

const loopback = ['localhost', '127.0.0.1', '[::1]']

/**
 * Settings that all connections share. Throws `BUS_CONFIG_INVALID` for settings that contradict each other,
 * or for a TLS mode that verifies nothing.
 */
export async function loadClientSettings(config: PostgresConfig): Promise<ClientConfig> {
  const { host, port, user, database, sslmode } = placeOf(config)
  const isLocal = host.startsWith('/') || loopback.includes(host)
  const isAsked = sslmode === 'verify-full' || config.caFile !== undefined || config.certFile !== undefined
  if (isAsked && (sslmode === 'disable' || host.startsWith('/'))) {
    refuse(
      'TLS is required (sslmode=verify-full, caFile or certFile) but sslmode=disable or a socket path excludes it'
    )
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
  const url = URL.canParse(text) ? new URL(text) : refuse('url is not a valid URL')
  const { host, sslmode, ...unknown } = Object.fromEntries(url.searchParams)
  if (Object.keys(unknown).length > 0)
    refuse(`url has parameters that are not supported: ${Object.keys(unknown).join(', ')}`)
  if (url.password !== '') refuse('url contains the password: set it in password or passwordFile instead')
  if (sslmode !== undefined && sslmode !== 'disable' && sslmode !== 'verify-full') {
    refuse(`sslmode must be verify-full or disable; got ${sslmode}`)
  }
  if (host !== undefined && (url.hostname !== 'localhost' || !host.startsWith('/'))) {
    refuse(
      'the parameter host of url must be the folder of a Unix socket, and the host of url must be localhost'
    )
  }
  const place = {
    user: decodeURIComponent(url.username),
    database: decodeURIComponent(url.pathname.slice(1))
  }
  if (place.user === '' || place.database === '') refuse('url must name a user and a database')
  return { ...place, host: host ?? url.hostname, port: Number(url.port || 5432), sslmode }
}

async function passwordOf({ password, passwordFile }: PostgresConfig): Promise<() => Promise<string>> {
  if (passwordFile === undefined) return async () => password ?? ''
  if (password !== undefined) refuse('set only one of password and passwordFile')
  const read = async (): Promise<string> => (await readFile(passwordFile, 'utf8')).trimEnd()
  await read().catch(unreadable)
  return read
}

async function loadTls({ caFile, certFile, keyFile }: PostgresConfig): Promise<ConnectionOptions> {
  if ((certFile === undefined) !== (keyFile === undefined))
    refuse('set both certFile and keyFile, or neither')
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
