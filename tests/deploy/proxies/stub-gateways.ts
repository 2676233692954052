import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'
import { freePort } from '#deploy/servers/free-port.ts'

/** What a gateway does with a request: answers with a status, or closes the connection without an answer. */
export type Reaction = 200 | 503 | 'nothing'

/** Two servers in the place of gateways, which answer as a test says and `/readyz` always with 200. */
export interface StubGateways {
  readonly ports: readonly { readonly gateway: number; readonly management: number }[]
  /** From now on; forgets what came before. */
  react(how: (method: string, path: string, index: number) => Reaction): void
  /** How often the gateways were sent a request since `react`, probes left out. */
  count(): number
  /** Takes no connections any more. */
  stop(index: 0 | 1): Promise<void>
  start(index: 0 | 1): Promise<void>
}

export const overloadedSeconds = '7'

export async function startStubGateways(t: Pick<TestContext, 'after'>): Promise<StubGateways> {
  let [reaction, seen] = [(_method: string, _path: string, _index: number): Reaction => 200, 0]
  const reply = (index: number, method: string, path: string, response: ServerResponse): void => {
    if (path === '/readyz') return void response.end()
    seen += 1
    const how = reaction(method, path, index)
    if (how === 'nothing') return void response.destroy()
    if (how === 503) response.setHeader('retry-after', overloadedSeconds)
    response.writeHead(how).end('{}')
  }
  const ports = [await freePort(), await freePort()] as const
  const running: (Server | undefined)[] = []
  const start = async (index: 0 | 1): Promise<void> => {
    const server = createServer((request, response) => {
      request.resume().once('end', () => reply(index, request.method ?? '', request.url ?? '', response))
    })
    running[index] = server
    await once(server.listen(ports[index], '127.0.0.1'), 'listening')
  }
  const stop = async (index: 0 | 1): Promise<void> => {
    const server = running[index]
    if (!server) return
    running[index] = undefined
    const closed = once(server, 'close')
    server.close().closeAllConnections()
    await closed
  }
  for (const index of [0, 1] as const) {
    t.after(() => stop(index))
    await start(index)
  }
  return {
    ports: ports.map((port) => ({ gateway: port, management: port })),
    react(how) {
      ;[reaction, seen] = [how, 0]
    },
    count: () => seen,
    stop,
    start
  }
}
