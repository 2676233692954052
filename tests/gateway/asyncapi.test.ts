import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { asyncApiDocument } from '#gateway/asyncapi.ts'
import { eventFromBinary, toBinary } from '#protocol/events/http-modes.ts'
import { exampleDocument, startTestBus } from '../helpers/test-bus.ts'

interface Document {
  readonly servers: Readonly<Record<string, object>>
  readonly channels: Readonly<Record<string, { messages: Record<string, object> }>>
  readonly operations: Readonly<Record<string, { action: string }>>
  readonly components: { readonly messages: Record<string, object> }
}

async function documentOf(url: string): Promise<Document> {
  const response = await fetch(`${url}/asyncapi.json`)
  assert.equal(response.status, 200)
  return (await response.json()) as Document
}

/** What AsyncAPI's own JSON Schema of 3.0 finds wrong. */
function faultsOf(document: object): unknown {
  const file = import.meta.resolve('@asyncapi/specs/schemas/3.0.0.json')
  const schema = JSON.parse(readFileSync(new URL(file), 'utf8'))
  // Ajv has the meta-schema that the file brings along, and takes none twice.
  delete schema.definitions['http://json-schema.org/draft-07/schema']
  const ajv = withFormats(new Ajv({ strict: false, allErrors: true }))
  const validate = ajv.compile(schema)
  return validate(document) ? undefined : validate.errors
}

function withFormats(ajv: Ajv): Ajv {
  formats.default(ajv)
  return ajv
}

/** Whether a value fits a place in the document. */
function fits(document: object, place: string, value: unknown): boolean {
  const ajv = withFormats(new Ajv({ strict: false }))
  ajv.addSchema(document, 'document')
  return ajv.validate({ $ref: `document#/${place}` }, value) as boolean
}

function referencesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.values(value).flatMap(referencesIn)
  return '$ref' in value ? [String(value.$ref), ...inside] : inside
}

function at(document: unknown, reference: string): unknown {
  return reference
    .slice(2)
    .split('/')
    .reduce((place, name) => (place as Record<string, unknown> | undefined)?.[name], document)
}

describe('/asyncapi.json', () => {
  it('is valid AsyncAPI 3.0, tells every event type in both ways, and refers to nothing that is not there', async (t) => {
    const { url } = await startTestBus(t)
    const document = await documentOf(url)
    assert.equal(faultsOf(document), undefined)
    assert.notEqual(faultsOf({ ...document, channel: {} }), undefined)
    const references = referencesIn(document)
    assert.ok(references.length > 0)
    for (const reference of references) assert.ok(at(document, reference), reference)
    const { publish, inbox } = document.channels
    for (const type of ['document.issued.v1', 'dossier.received.v1', 'account.opened.v1']) {
      assert.ok(publish?.messages[type] && inbox?.messages[type], type)
    }
    assert.deepEqual(
      Object.values(document.operations).map(({ action }) => action),
      ['send', 'receive']
    )
  })

  it('describes what is sent and what is received as they are', async (t) => {
    const { url, clients, document: event } = await startTestBus(t)
    const document = await documentOf(url)
    const sent = event({ datacontenttype: 'application/json' })
    const { headers, body } = toBinary(sent)
    assert.deepEqual(eventFromBinary(headers, JSON.parse(body)), sent)
    const message = 'components/messages/document.issued.v1'
    assert.ok(fits(document, `${message}/headers`, headers))
    assert.ok(!fits(document, `${message}/headers`, { ...headers, 'ce-type': 'document.recalled.v1' }))
    const { 'ce-nonce': _nonce, ...withoutNonce } = headers
    assert.ok(!fits(document, `${message}/headers`, withoutNonce))
    assert.ok(fits(document, `${message}/payload`, exampleDocument))
    assert.ok(!fits(document, `${message}/payload`, { ...exampleDocument, unknown: 1 }))
    await clients.A.publish(sent)
    const { events } = await clients.B.page({ waitSeconds: 10 })
    const [item] = events
    assert.ok(item)
    const received = 'components/messages/inbox.document.issued.v1/payload'
    assert.ok(fits(document, received, item))
    assert.ok(!fits(document, received, { ...item, event: { ...item.event, data: {} } }))
  })

  it('has an event type registered at run time at once, and not one whose schemas are deleted', async (t) => {
    const { url, operator } = await startTestBus(t)
    const type = 'document.archived.v1'
    const isThere = async (): Promise<boolean> => {
      const document = await documentOf(url)
      assert.equal(faultsOf(document), undefined)
      return Object.hasOwn(document.components.messages, type)
    }
    assert.equal(await isThere(), false)
    const resource = `/schemas/${type}`
    const schema = JSON.stringify({
      type: 'record',
      name: 'DocumentArchivedV1',
      namespace: 'lienthong.document',
      doc: 'A document was put into the archive.',
      fields: [{ name: 'box', type: 'string', doc: 'Where it lies.' }]
    })
    await operator.act('/v1/schemas', { act: 'schema.registered', resource, type, schema, previous: null })
    assert.equal(await isThere(), true)
    const { last } = await operator.get<{ last: string }>(`/v1/schemas${resource}`)
    await operator.act('/v1/schemas', { act: 'schema.deleted', resource, previous: last })
    assert.equal(await isThere(), false)
  })

  it('names the gateway as it is reached from outside', () => {
    const { servers } = asyncApiDocument('https://bus.example.vn/lien-thong', []) as Document
    assert.deepEqual(servers, {
      gateway: { host: 'bus.example.vn', protocol: 'https', pathname: '/lien-thong' }
    })
  })
})
