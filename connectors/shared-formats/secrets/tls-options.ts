import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { readText, type Unreadable } from './read-text.ts'

/** What settings say of TLS to a server. */
interface TlsSettings {
  /** PEM file; absent: the authorities that the machine trusts. */
  readonly authoritiesFile?: string
  /** The name in the server's certificate; absent: its host. */
  readonly serverName?: string
}

export interface TlsServer {
  readonly host: string
  /** Name of the setting with the file. */
  readonly name: string
  readonly unreadable: Unreadable
}

/**
 * Options for TLS to a server. The file is read at each call, so that a renewed authority is used. Throws the fault
 * of the kind for a file that cannot be read or has no certificate: OpenSSL passes over what is none, so nothing
 * would be trusted, and nobody would know why.
 */
export async function tlsOptionsOf(
  { authoritiesFile, serverName }: TlsSettings,
  { host, name, unreadable }: TlsServer
): Promise<ConnectionOptions> {
  const serverNameOrHost = serverName ?? host
  const options: ConnectionOptions = {
    minVersion: 'TLSv1.2',
    ...(isIP(serverNameOrHost) === 0 && { servername: serverNameOrHost }) // TLS has no addresses there.
  }
  if (authoritiesFile === undefined) return options
  const ca = await readText(authoritiesFile, name, unreadable)
  try {
    new X509Certificate(ca)
  } catch (cause) {
    throw unreadable({ cause, values: { name, problem: 'it has no certificate (PEM)' } })
  }
  return { ...options, ca }
}
