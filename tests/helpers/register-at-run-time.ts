import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { startRegistryProxy } from '#cli/remote/registry-proxy.ts'
import { keyFiles, readKey } from '#runtime/keyring.ts'
import { publishAt } from './publish-at.ts'
import { pythonRegistry } from './python-registry.ts'
import { systemOf, type TestBus } from './test-bus.ts'

const schema = {
  type: 'record',
  name: 'DocumentArchivedV1',
  namespace: 'lienthong.document',
  doc: 'A document was put into the archive.',
  fields: [
    { name: 'box', type: 'string', doc: 'Where it lies.' },
    { name: 'note', type: ['null', 'string'], default: null, doc: 'What else is to be said.' }
  ]
}

/** An event type that is not part of a release. */
const newType = 'document.archived.v1'

/** Registers it with Confluent's Python client through an operator's proxy, and lets `A` publish it. */
export async function registerNewType(t: TestContext, bus: TestBus): Promise<void> {
  const proxy = await startRegistryProxy({
    gateway: bus.url,
    system: '/bus/systems/operator',
    key: (await readKey(keyFiles(bus.folder).operator)).privateJwk,
    port: 0
  })
  t.after(() => proxy.close())
  const file = join(bus.folder, 'archived.avsc')
  writeFileSync(file, JSON.stringify(schema))
  const subject = `lienthong.document-lienthong.document.${schema.name}`
  const message = await pythonRegistry({ write: proxy.url, read: proxy.url }, 'register', subject, file)
  assert.ok(Number(message.id) > 0)
  const { last } = await bus.operator.get<{ last: string }>(`/v1/systems${systemOf('A')}`)
  const right = { act: 'right.granted', resource: systemOf('A'), type: newType, recipients: '*' }
  await bus.operator.act('/v1/rights', { ...right, previous: last })
}

/** Publishes a valid and an invalid event at a gateway, and reads the valid one. */
export async function isTaken(bus: TestBus, gateway: string): Promise<void> {
  const wrong = { ...bus.document({ type: newType }), data: { shelf: 'A-12' } }
  const right = { ...bus.document({ type: newType }), data: { box: 'A-12' } }
  const refused = await publishAt(bus, gateway, wrong)
  assert.equal(refused.status, 422)
  const { result } = await publishAt(bus, gateway, right)
  assert.equal(result.status, 'accepted')
  const { events } = await bus.clients.B.page({ waitSeconds: 10 })
  assert.deepEqual(
    events.map(({ event }) => event),
    [right]
  )
  const document = (await (await fetch(`${gateway}/openapi.json`)).json()) as {
    components: { schemas: Record<string, object> }
  }
  assert.ok(document.components.schemas[newType])
}
