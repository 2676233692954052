import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { type ServerProcess, serverFolder, startServerProcess } from '#deploy/servers/server-process.ts'
import { keycloakFolder } from './installed.ts'
import { mustBeInstalled } from './needs.ts'

/** Starts a Keycloak with a realm, in a folder of its own; returns the issuer. It needs a minute or two, and 500 MB. */
export async function startKeycloak(t: Cleanup, realmFile: string, realm: string): Promise<string> {
  mustBeInstalled('keycloak')
  let running: ServerProcess | undefined
  const folder = serverFolder(t, async () => running?.kill())
  const imports = join(folder, 'data', 'import')
  mkdirSync(imports, { recursive: true })
  copyFileSync(realmFile, join(imports, 'realm.json'))
  symlinkSync(join(keycloakFolder, 'lib'), join(folder, 'lib')) // Its home, in which it keeps its data.
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}/realms/${realm}`
  running = await startServerProcess({
    // Not `kc.sh`: its Java is a child of its own, which would outlive it.
    command: [
      'java',
      '-Xms64m',
      '-Xmx512m',
      '-XX:TieredStopAtLevel=1',
      '-Djava.util.logging.manager=org.jboss.logmanager.LogManager',
      '-Dquarkus-log-max-startup-records=10000',
      `-Dkc.home.dir=${folder}`,
      '-Dkc.config.built=true',
      ...['-cp', join(folder, 'lib', 'quarkus-run.jar')],
      'io.quarkus.bootstrap.runner.QuarkusEntryPoint',
      ...['start', '--optimized', '--import-realm', '--http-enabled=true', '--hostname-strict=false'],
      // Without a cache of its own it looks for others of its cluster, on every network.
      ...['--cache=local', '--http-host=127.0.0.1', `--http-port=${port}`]
    ],
    folder,
    log: join(folder, 'keycloak.log'),
    startsWithinMs: 600_000,
    isReady: async (signal) => (await fetch(`${issuer}/.well-known/openid-configuration`, { signal })).ok
  })
  return issuer
}
