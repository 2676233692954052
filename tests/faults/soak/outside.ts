import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { exampleDocument } from '../load.ts'
import { keyFileOf, systemOf } from '../province.ts'

export const connectorName = 'soak'

/** What a connector of the bus delivers to, by its keys. */
export interface Outside {
  /** How often it was given each event; the key is the event's hash. */
  readonly given: ReadonlyMap<string, number>
  /** The configuration of a bus whose connector delivers here what an agency receives. */
  configFor(folder: string, code: string): string
  close(): Promise<void>
}

export async function openOutside(): Promise<Outside> {
  const given = new Map<string, number>()
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    const key = String(request.headers['idempotency-key'])
    given.set(key, (given.get(key) ?? 0) + 1)
    response.writeHead(201, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    given,
    configFor(folder, code) {
      const request = { type: 'document.issued.v1', path: '/events', body: '{ "subject": subject }' }
      const deliver = { repeatable: true, requests: [{ ...request, sample: exampleDocument }] }
      const connector = {
        ...{ name: connectorName, kind: 'rest', system: systemOf(code), keyFile: keyFileOf(folder, code) },
        ...{ start: 'beginning' },
        settings: { baseUrl, allowPlainHttp: true, allowPrivateAddresses: true, deliver }
      }
      const file = join(folder, 'soak.yaml')
      writeFileSync(file, JSON.stringify({ connectors: [connector] }), { mode: 0o600 })
      return file
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }
}
