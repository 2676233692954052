import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What a register knows of a dossier: `flow` is the case that it belongs to. */
export type RegisterEntry = Readonly<Record<string, unknown>> & { readonly flow: string }

export interface RegisterServer {
  readonly url: string
  /** Entries by the code of their dossier. */
  readonly entries: ReadonlyMap<string, RegisterEntry>
  close(): Promise<void>
}

/**
 * A register of dossiers with a JSON API: `PUT` and `GET` on `/dossiers/<code>`, with a key in `X-API-Key`. Linked
 * dossiers of one flow count once: `GET /cases`. In memory.
 */
export async function startRegisterServer({ key }: { readonly key: string }): Promise<RegisterServer> {
  const entries = new Map<string, RegisterEntry>()
  const answerTo = async (request: IncomingMessage): Promise<readonly [number, unknown]> => {
    if (request.headers['x-api-key'] !== key) return [401, { error: 'unknown key' }]
    const [, kind, code = ''] = decodeURIComponent(request.url ?? '').split('/')
    if (kind === 'cases') return [200, [...new Set([...entries.values()].map(({ flow }) => flow))]]
    if (kind !== 'dossiers' || code === '') return [404, { error: 'no such resource' }]
    if (request.method === 'PUT') {
      entries.set(code, JSON.parse(await text(request)) as RegisterEntry)
      return [200, { code }]
    }
    const entry = entries.get(code)
    return entry ? [200, entry] : [404, { error: 'no such dossier' }]
  }
  const server = createServer(async (request, response) => {
    const [status, body] = await answerTo(request).catch(() => [400, { error: 'not JSON' }] as const)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    entries,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}
