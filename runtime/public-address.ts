import { createServer } from 'node:net'
import type { Config } from './config.ts'

/** The port of the gateway, and its address for agencies, which tokens must name. */
export interface PublicAddress {
  readonly port: number
  readonly publicUrl: string
}

/** The configured address. A free port is chosen before the gateway listens, because tokens must name it. */
export async function publicAddressOf({ gateway }: Config): Promise<PublicAddress> {
  const port = gateway.port === 0 ? await freePort(gateway.host) : gateway.port
  return {
    port,
    publicUrl: gateway.publicUrl ?? `${gateway.tls ? 'https' : 'http'}://127.0.0.1:${port}`
  }
}

function freePort(host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const server = createServer()
  server.once('error', reject)
  server.listen(0, host, () => {
    const address = server.address()
    server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
  })
  return promise
}
