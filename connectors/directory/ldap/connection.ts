import type { ConnectionOptions } from 'node:tls'
import { Client, ResultCodeError } from 'ldapts'
import { withTimeout } from '#protocol/timing/with-timeout.ts'
import { tlsOptionsOf } from '../../shared-formats/secrets/tls-options.ts'
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

async function tlsOf({ tls, url }: DirectorySettings): Promise<ConnectionOptions> {
  const host = new URL(url).hostname.replaceAll(/[[\]]/g, '')
  const name = 'tls.authoritiesFile'
  return { host, ...(await tlsOptionsOf(tls, { host, name, unreadable: faults.fileUnreadable })) }
}
