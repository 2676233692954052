import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { Client, ResultCodeError } from 'ldapts'
import { withTimeout } from '#protocol/timing/with-timeout.ts'
import { readText } from '../../shared-formats/secrets/read-text.ts'
import { faults } from '../faults.ts'
import type { DirectorySettings } from '../settings.ts'
import { faultOf } from './fault-of.ts'

/** A connection that has signed in. One that was lost is made anew by the next request. */
export interface Connection {
  /** Rejects with faults of the kind. */
  readonly use: <Result>(work: (client: Client) => Promise<Result>) => Promise<Result>
  close(): Promise<void>
}

export async function openConnection(settings: DirectorySettings, signal: AbortSignal): Promise<Connection> {
  const { host } = new URL(settings.url)
  const { url, bindDn, password, timeoutMs, startTls } = settings
  const isSecure = url.startsWith('ldaps:')
  let connecting: Promise<Client> | undefined
  let open: Client | undefined
  const withoutStartTls = (cause: unknown): never => {
    throw cause instanceof ResultCodeError ? faults.noStartTls({ cause, values: { host } }) : cause
  }
  const connect = async (): Promise<Client> => {
    const tlsOptions = await tlsOf(settings)
    const limits = { timeout: timeoutMs, connectTimeout: timeoutMs }
    const client = new Client({ url, ...limits, strictDN: false, ...(isSecure && { tlsOptions }) })
    try {
      await withTimeout(signal, 2 * timeoutMs, async () => {
        if (startTls && !isSecure) await client.startTLS(tlsOptions).catch(withoutStartTls)
        await client.bind(bindDn, password)
      })
      return client
    } catch (error) {
      end(client)
      throw error
    }
  }
  const current = async (): Promise<Client> => {
    for (;;) {
      connecting ??= connect()
      const mine = connecting
      try {
        const client = await mine
        open = client
        if (client.isBound) return client
      } catch (error) {
        if (connecting === mine) connecting = undefined
        throw error
      }
      if (connecting === mine) connecting = undefined
    }
  }
  const use: Connection['use'] = async (work) => {
    let client: Client | undefined
    try {
      client = await current()
      return await work(client)
    } catch (error) {
      // After StartTLS the library does not notice that a connection was lost.
      if (client && !(error instanceof ResultCodeError)) {
        if (open === client) connecting = undefined
        end(client)
      }
      throw faultOf(error, host)
    }
  }
  await use(async () => {})
  return { use, close: async () => open && end(open) }
}

function end(client: Client): void {
  client.unbind().catch(() => {}) // It is gone already.
}

/** Reads the file anew at each connect, so that a renewed authority is used. */
async function tlsOf({ tls, url }: DirectorySettings): Promise<ConnectionOptions> {
  const { authoritiesFile, serverName } = tls
  const host = new URL(url).hostname.replaceAll(/[[\]]/g, '')
  const name = serverName ?? host
  return {
    host,
    minVersion: 'TLSv1.2',
    ...(isIP(name) === 0 && { servername: name }), // TLS has no addresses there.
    ...(authoritiesFile !== undefined && { ca: await readAuthorities(authoritiesFile) })
  }
}

async function readAuthorities(file: string): Promise<string> {
  const text = await readText(file, 'tls.authoritiesFile', faults.fileUnreadable)
  try {
    new X509Certificate(text)
    return text
  } catch (cause) {
    const values = { name: 'tls.authoritiesFile', problem: 'it has no certificate (PEM)' }
    throw faults.fileUnreadable({ cause, values })
  }
}
