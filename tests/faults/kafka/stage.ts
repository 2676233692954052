import { freePort } from '#deploy/servers/free-port.ts'
import { type Balancer, startBalancer } from './balancer.ts'
import { keepRunning, type RunningRole } from './roles.ts'
import { type Servers, type ServersOptions, startServers } from './servers.ts'

/** Two gateways behind one address and two consumers, on servers of their own. */
export interface Stage {
  readonly servers: Servers
  readonly roles: readonly RunningRole[]
  /** The gateways' address. */
  readonly gateway: string
}

/** Starts all of it for `work`, and ends it after. */
export async function onStage<T>(
  folder: string,
  options: ServersOptions,
  work: (stage: Stage) => Promise<T>
): Promise<T> {
  const publicPort = await freePort()
  const servers = await startServers(folder, `http://127.0.0.1:${publicPort}`, options)
  const roles: RunningRole[] = []
  let balancer: Balancer | undefined
  try {
    const ports = [await freePort(), await freePort()]
    const common = { folder, configFile: servers.configFile }
    for (const [index, port] of ports.entries()) {
      roles.push(await keepRunning({ ...common, role: 'gateway', name: `gateway-${index + 1}`, port }))
    }
    for (const name of ['consumers-1', 'consumers-2']) {
      roles.push(await keepRunning({ ...common, role: 'consumers', name }))
    }
    balancer = await startBalancer(publicPort, ports)
    return await work({ servers, roles, gateway: balancer.url })
  } finally {
    await Promise.allSettled(roles.map((role) => role.stop()))
    balancer?.close()
    await servers.end()
  }
}
