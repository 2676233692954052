import { join } from 'node:path'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { type ServerProcess, serverFolder, startServerProcess } from '#deploy/servers/server-process.ts'
import { apicurioFolder, newerJava } from './installed.ts'
import { mustBeInstalled } from './needs.ts'

/**
 * Starts an empty Apicurio Registry that keeps its schemas in memory; returns the base URL of its
 * Confluent-compatible API.
 */
export async function startApicurio(t: Cleanup): Promise<string> {
  mustBeInstalled('apicurio')
  let running: ServerProcess | undefined
  const folder = serverFolder(t, async () => running?.kill())
  const [port, managementPort] = [await freePort(), await freePort()]
  running = await startServerProcess({
    command: [
      newerJava,
      '-Xmx400m',
      '-XX:TieredStopAtLevel=1',
      '-jar',
      join(apicurioFolder, 'quarkus-run.jar')
    ],
    environment: {
      APICURIO_STORAGE_KIND: 'sql',
      QUARKUS_HTTP_HOST: '127.0.0.1',
      QUARKUS_HTTP_PORT: String(port),
      QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
      QUARKUS_MANAGEMENT_PORT: String(managementPort)
    },
    folder,
    log: join(folder, 'apicurio.log'),
    isReady: async (signal) => (await fetch(`http://127.0.0.1:${managementPort}/health/ready`, { signal })).ok
  })
  return `http://127.0.0.1:${port}/apis/ccompat/v7`
}
