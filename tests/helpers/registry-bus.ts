import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { temporaryFolder } from './temporary-folder.ts'
import { exampleDocument, startTestBus, systemOf } from './test-bus.ts'

/** An outside that answers with a status that the test sets. */
async function startOutside(t: TestContext) {
  const outside = { status: 422, got: [] as string[], url: '', close: () => {} }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    if (outside.status === 200 && request.method === 'POST')
      outside.got.push((JSON.parse(body) as { subject: string }).subject)
    response.writeHead(outside.status, { 'content-type': 'application/json' }).end('{}')
  })
  outside.close = () => {
    server.close()
    server.closeAllConnections()
  }
  t.after(outside.close)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  outside.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return outside
}

/** A bus that delivers what B receives to an outside, by the instance `registry-b`. */
export async function startRegistryBus(t: TestContext) {
  const outside = await startOutside(t)
  const folder = temporaryFolder(t)
  const request = {
    type: 'document.issued.v1',
    path: '/documents',
    body: '{ "subject": subject }',
    sample: exampleDocument
  }
  const bus = await startTestBus(t, {
    folder,
    connectors: [
      {
        name: 'registry-b',
        kind: 'rest',
        system: systemOf('B'),
        keyFile: join(folder, 'keys', 'B.jwk'),
        settings: {
          baseUrl: outside.url,
          allowPlainHttp: true,
          allowPrivateAddresses: true,
          deliver: { requests: [request] }
        }
      }
    ]
  })
  return { bus, outside }
}
