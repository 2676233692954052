import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { makeCertificate } from './certificate.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A proxy that ends TLS and speaks HTTP to the gateway, under the gateway's inner name. Returns its address. */
export async function startTlsProxy(
  t: Pick<TestContext, 'after'>,
  gatewayPort: number,
  /** The path that the gateway gets; undefined: the address belongs to something else. */
  pathOf: (path: string) => string | undefined = (path) => path
): Promise<string> {
  const { certFile, keyFile } = makeCertificate(temporaryFolder(t), 'proxy')
  const cert = readFileSync(certFile, 'utf8')
  setDefaultCACertificates([...getCACertificates('default'), cert])
  const proxy = createServer({ cert, key: readFileSync(keyFile) }, (outer, answer) => {
    const { method, url = '/' } = outer
    const path = pathOf(url)
    if (path === undefined) return void answer.writeHead(404, { 'content-type': 'text/html' }).end('other')
    const headers = { ...outer.headers, host: 'gateway.internal', 'x-forwarded-proto': 'https' }
    const inner = request({ port: gatewayPort, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    inner.on('error', () => answer.destroy())
    answer.on('close', () => inner.destroy())
    outer.pipe(inner)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.after(() => {
    proxy.close()
    proxy.closeAllConnections()
  })
  return `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}
