import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { join } from 'node:path'
import { it } from 'node:test'
import { InstanceSettings } from '#connectors/host/instance-settings.ts'
import { newInstanceName } from '../helpers/host-lab.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { codes, exampleDocument, startTestBus, systemOf } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

interface OpenApi {
  readonly openapi: string
  readonly paths: Readonly<Record<string, unknown>>
}

it('an outside calls without a token, at the address of its instance or at its own path, with any media type', async (t) => {
  const folder = temporaryFolder(t)
  const name = newInstanceName()
  const connector = {
    name,
    kind: 'list',
    system: systemOf('A'),
    keyFile: join(folder, 'keys', 'A.jwk'),
    receivePath: '/hooks/lgsp',
    settings: { outside: name }
  }
  const connectors = [connector]
  const bus = await startTestBus(t, {
    folder,
    settings: { connectorFolders: [join(import.meta.dirname, '..', 'contracts', 'kinds')] },
    connectors
  })
  const item = (subject: string) => {
    const from = { organId: codes.A, organName: 'Sở mẫu' }
    const data = { ...exampleDocument, documentId: subject, from }
    return { reference: subject, event: { type: 'document.issued.v1', subject, recipients: [codes.B], data } }
  }
  const send = async (path: string, subject: string, type: string) => {
    const body = JSON.stringify([item(subject)])
    const response = await fetch(bus.url + path, { method: 'POST', headers: { 'content-type': type }, body })
    return [response.status, (await response.json()) as unknown] as const
  }
  const path = `/v1/connectors/${name}/receive`
  await until(async () => (await send(path, '1', 'application/json'))[0] === 200, 10_000)
  assert.deepEqual(await send(`${path}/below`, '2', 'text/xml'), [200, ['stored']])
  assert.deepEqual(await send('/hooks/lgsp', '3', 'application/octet-stream'), [200, ['stored']])
  assert.deepEqual(await send('/hooks/lgsp/deep/er?x=1', '3', 'application/json'), [200, ['repeated']])
  const shown = await fetch(bus.url + path, { method: 'POST', body: '[]' })
  // A page that a kind answered with would run as one of the console.
  assert.match(shown.headers.get('content-security-policy') ?? '', /^sandbox;/)
  await until(async () => (await bus.clients.B.page()).events.length === 3, 10_000)
  for (const wrong of ['/v1/connectors/nobody/receive', '/hooks']) {
    const [status, problem] = await send(wrong, '4', 'application/json')
    assert.deepEqual([status, (problem as { code: string }).code], [404, 'BUS_NOT_FOUND'])
  }
  connectors[0] = { ...connector, receivePath: '/hooks/other' }
  await bus.bus.reloadConnectors()
  assert.deepEqual(await send('/hooks/other/below', '3', 'application/json'), [200, ['repeated']])
  assert.equal((await send('/hooks/lgsp', '3', 'application/json'))[0], 404)
  connectors[0] = { ...connector, receivePath: '/openapi.json' }
  await bus.bus.reloadConnectors()
  const document = (await (await fetch(`${bus.url}/openapi.json`)).json()) as OpenApi
  assert.match(document.openapi, /^3/, 'no route of the bus is replaced')
  const { pattern = '' } = InstanceSettings.properties.receivePath as { readonly pattern?: string }
  const own = [...Object.keys(document.paths), '/openapi.json', '/asyncapi.json', '/.well-known/jwks.json']
  for (const path of own.filter((one) => !one.includes('{'))) {
    assert.doesNotMatch(path, new RegExp(pattern), 'a path of the bus is a fault of the settings')
  }
  const large = await fetch(bus.url + path, { method: 'POST', body: 'x'.repeat(20_000_000) })
  assert.equal(large.status, 413)
})

it('an outside that stops in the middle of a body is cut off, and so is one that sends more than its kind takes', async (t) => {
  const folder = temporaryFolder(t)
  const name = newInstanceName()
  const connector = {
    ...{ name, kind: 'list', system: systemOf('A'), settings: { outside: name } },
    keyFile: join(folder, 'keys', 'A.jwk')
  }
  const bus = await startTestBus(t, {
    folder,
    gateway: { bodyTimeoutMs: 500, maxBodyBytes: 100_000 },
    settings: { connectorFolders: [join(import.meta.dirname, '..', 'contracts', 'kinds')] },
    connectors: [connector]
  })
  const path = `/v1/connectors/${name}/receive`
  const isReady = async () => (await fetch(bus.url + path, { method: 'POST', body: '[]' })).status === 200
  await until(isReady, 10_000)
  const answerTo = (head: string, body: string) =>
    new Promise<string>((resolve) => {
      const { hostname, port } = new URL(bus.url)
      const socket = connect(Number(port), hostname)
      let text = ''
      socket.on('data', (bytes) => {
        text += bytes
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(text))
      socket.write(`POST ${path} HTTP/1.1\r\nHost: bus\r\nContent-Type: text/plain\r\n${head}\r\n\r\n${body}`)
    })
  assert.doesNotMatch(await answerTo('Content-Length: 1000', 'half'), / 200 /)
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
  assert.match(await answerTo('Transfer-Encoding: chunked', chunk.repeat(3)), / 413 /)
  assert.ok(await isReady())
})
