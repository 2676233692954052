import { once } from 'node:events'
import { createServer, connect as dial, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

/**
 * A connection to a server of this machine that can be cut: while it is, no bytes pass and no connection is
 * refused. With `::1` for its host, a server that has no IPv6 address is reached by one.
 */
export interface TcpProxy {
  readonly port: number
  cut(): void
  restore(): void
}

export async function startTcpProxy(
  t: Pick<TestContext, 'after'>,
  port: number,
  host: '127.0.0.1' | '::1' = '127.0.0.1'
): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    const far = dial(port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near]
    ] as const) {
      sockets.add(from)
      from.on('data', (bytes) => to.write(bytes))
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      if (isCut) from.pause()
    }
  })
  server.listen(0, host)
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    port: (server.address() as { port: number }).port,
    cut() {
      isCut = true
      for (const socket of sockets) socket.pause()
    },
    restore() {
      isCut = false
      for (const socket of sockets) socket.resume()
    }
  }
}
