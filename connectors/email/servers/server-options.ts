import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { isAllowedAddress } from '../../shared-formats/http/addresses.ts'
import { readText as readFileText } from '../../shared-formats/secrets/read-text.ts'
import { tlsOptionsOf } from '../../shared-formats/secrets/tls-options.ts'
import { faults } from '../faults.ts'
import type { ServerSettings } from '../settings.ts'

/** What the libraries for SMTP and IMAP both take. */
export interface ServerOptions {
  /** An address that was checked: the libraries look up no name. */
  readonly host: string
  readonly serverName: string
  readonly tls: ConnectionOptions
  readonly credentials: { readonly user: string; readonly pass: string } | undefined
}

/** Reads files and name servers anew at each connect. Throws `serverAddress`, `serverUnreachable` and `secretUnreadable`. */
export async function serverOptionsOf(settings: ServerSettings, name: string): Promise<ServerOptions> {
  const { host, serverName = host, user, password, passwordFile } = settings
  const file = { host, name: `${name}.authoritiesFile`, unreadable: faults.secretUnreadable }
  const tls = await tlsOptionsOf(settings, file)
  const pass =
    passwordFile === undefined ? password : (await readText(passwordFile, `${name}.passwordFile`)).trim()
  return {
    host: await addressOf(settings),
    serverName,
    tls,
    credentials: user === undefined || pass === undefined ? undefined : { user, pass }
  }
}

/** Throws the fault `secretUnreadable` under the name of the setting. */
export function readText(path: string, name: string): Promise<string> {
  return readFileText(path, name, faults.secretUnreadable)
}

async function addressOf({ host, allowPrivateAddresses }: ServerSettings): Promise<string> {
  const found =
    isIP(host) === 0 ? await lookup(host, { all: true }).catch(unknownHost(host)) : [{ address: host }]
  const [first] = found
  if (!first || found.some(({ address }) => !isAllowedAddress(address, allowPrivateAddresses))) {
    throw faults.serverAddress({ values: { host } })
  }
  return first.address
}

function unknownHost(host: string): (cause: unknown) => never {
  return (cause) => {
    const problem = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw faults.serverUnreachable({ cause, values: { host, problem } })
  }
}
