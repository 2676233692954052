import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'

/** The public address of several gateways: request by request, each in its turn. */
export interface Balancer {
  readonly url: string
  close(): void
}

/** How long a gateway that takes no connection is left out. */
const leftOutMs = 500

/** Listens on the port and hands every request to one of the gateways that listen on theirs; `502` where none does. */
export async function startBalancer(port: number, gateways: readonly number[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true })
  const leftOutUntil = new Map<number, number>()
  let turn = 0

  const next = (): number => {
    const now = performance.now()
    const up = gateways.filter((gateway) => (leftOutUntil.get(gateway) ?? 0) < now)
    turn += 1
    const among = up.length > 0 ? up : gateways
    return among[turn % among.length] ?? 0
  }

  const hand = (from: IncomingMessage, to: ServerResponse): void => {
    const gateway = next()
    const { method, url, headers } = from
    const onward = request({ host: '127.0.0.1', port: gateway, method, path: url, headers, agent })
    const fail = (): void => {
      if (to.headersSent) to.destroy()
      else to.writeHead(502, { connection: 'close' }).end()
    }
    onward.on('response', (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers)
      pipeline(answer, to, () => {}) // Whoever waits sees that it ended early.
    })
    onward.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') leftOutUntil.set(gateway, performance.now() + leftOutMs)
      fail()
    })
    to.on('close', () => {
      if (!to.writableFinished) onward.destroy()
    })
    from.pipe(onward)
  }

  const server = createServer(hand)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, '127.0.0.1', resolve)
  await promise
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections()
      server.close()
      agent.destroy()
    }
  }
}
