import { createServer, isIP, isIPv6 } from 'node:net'
import type { Config } from './config.ts'

/** The port of the gateway, and its address for agencies, which tokens must name. */
export interface PublicAddress {
  readonly port: number
  readonly publicUrl: string
  /** Frees a port that was chosen, right before the gateway listens on it. */
  release(): Promise<void>
}

/**
 * The configured address. A free port is chosen before the gateway listens, because tokens must name it, and
 * is kept from others until then.
 */
export async function publicAddressOf({ gateway }: Config): Promise<PublicAddress> {
  const { port, release } =
    gateway.port === 0 ? await keepFreePort(gateway.host) : configuredPort(gateway.port)
  return {
    port,
    publicUrl: gateway.publicUrl ?? localUrl(gateway, port),
    release
  }
}

/** How a gateway without a public URL is reached: by the address that it listens on, or 127.0.0.1 if that is every one. */
export function localUrl({ host, tls }: Pick<Config['gateway'], 'host' | 'tls'>, port: number): string {
  const isOne = isIP(host) !== 0 && !host.includes('%') && !/^[0:.]+$/.test(host)
  const name = isOne ? host : '127.0.0.1'
  return `${tls ? 'https' : 'http'}://${isIPv6(name) ? `[${name}]` : name}:${port}`
}

type KeptPort = Pick<PublicAddress, 'port' | 'release'>

function configuredPort(port: number): KeptPort {
  return { port, release: async () => {} }
}

function keepFreePort(host: string): Promise<KeptPort> {
  const { promise, resolve, reject } = Promise.withResolvers<KeptPort>()
  const server = createServer((socket) => socket.destroy())
  server.unref()
  server.once('error', reject)
  server.listen(0, host, () => {
    const address = server.address()
    resolve({
      port: typeof address === 'object' && address ? address.port : 0,
      release: () => new Promise((released) => void server.close(() => released()))
    })
  })
  return promise
}
