import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '#deploy/servers/free-port.ts'
import { client, type OpenIdProvider, startOpenIdProvider } from './openid-provider.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { startTestBus, type TestBus, type TestBusOptions } from './test-bus.ts'

export interface OidcBus {
  readonly bus: TestBus
  readonly provider: OpenIdProvider
  /** Has the provider know a person with these roles. */
  readonly of: (name: string, roles: readonly string[], more?: object) => void
}

const roles = { operator: ['bus-operators'], auditor: ['thanh-tra'], reader: ['bus-readers'] }

/** A bus at which people log in at an OpenID provider that gives roles in user info; changes need the class `high`. */
export async function startOidcBus(
  suite: { after(fn: () => unknown): void },
  {
    folder = temporaryFolder(suite),
    settings,
    publicPath = '',
    ...options
  }: Omit<TestBusOptions, 'port'> & { readonly publicPath?: string } = {}
): Promise<OidcBus> {
  const port = await freePort()
  const publicUrl = `http://127.0.0.1:${port}${publicPath}`
  const redirectUri = `${publicUrl}/console/oidc/return`
  const provider = await startOpenIdProvider(suite, { redirectUri, logoutUri: `${publicUrl}/console/` })
  const clientSecretFile = join(folder, 'client-secret')
  writeFileSync(clientSecretFile, `${client.secret}\n`, { mode: 0o600 })
  const oidc = {
    ...{ issuer: provider.issuer, clientId: client.id, clientSecretFile, roles },
    ...{ roleClaim: 'realm_access.roles', acrForChanges: ['high'] }
  }
  const bus = await startTestBus(suite, {
    ...options,
    folder,
    port,
    gateway: { publicUrl },
    settings: { ...settings, console: { oidc } }
  })
  return {
    bus,
    provider,
    of: (name, own, more = {}) =>
      provider.accounts.set(name, { name: `Ông ${name}`, realm_access: { roles: own }, ...more })
  }
}
