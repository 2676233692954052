import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, test } from 'node:test'
import type { JsonObject } from '#protocol/events/json.ts'
import { createPayloadCodec } from '#protocol/events/payload-codec.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'

const root = join(import.meta.dirname, '..', '..')

const promised = [
  ...['issued', 'updated', 'replaced', 'recalled', 'status-changed'].map((event) => `document.${event}.v1`),
  ...['received', 'record-changed', 'transferred', 'supplement-requested', 'status-changed', 'completed'].map(
    (event) => `dossier.${event}.v1`
  ),
  ...['published', 'changed', 'withdrawn'].map((event) => `procedure.${event}.v1`),
  ...['published', 'updated', 'withdrawn'].map((event) => `article.${event}.v1`),
  ...['opened', 'changed', 'closed'].map((event) => `account.${event}.v1`)
]

it('every event type of the province comes with the release', () => {
  const shipped = new Set(shippedSchemas().map(({ type }) => type))
  assert.deepEqual(
    promised.filter((type) => !shipped.has(type)),
    []
  )
})

describe('every schema has an example that is valid and lists no attachment', () => {
  for (const { type, text } of shippedSchemas()) {
    test(type, () => {
      const codec = createPayloadCodec(text)
      const bytes = readFileSync(join(root, 'schemas', `${type.replace('.', '/')}.example.json`))
      const example = parseStrictJson(bytes) as JsonObject
      assert.deepEqual(codec.decode(codec.encode(example, 1)), example)
      assert.deepEqual(codec.attachmentsIn(example), [])
    })
  }
})

it('every example belongs to a schema', () => {
  const types = new Set(shippedSchemas().map(({ type }) => type))
  const examples = globSync('*/*.example.json', { cwd: join(root, 'schemas') })
  assert.deepEqual(
    examples.filter((file) => !types.has(file.replace('/', '.').replace('.example.json', ''))),
    []
  )
})

it('lienthong.Attachment and every other record of a name are the same in each schema of a domain', () => {
  const seen = new Map<string, string>()
  const look = (domain: string, node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    if ('fields' in node && 'name' in node && domain !== '') {
      const key = `${domain} ${node.name}`
      assert.equal(seen.get(key) ?? JSON.stringify(node), JSON.stringify(node), key)
      seen.set(key, JSON.stringify(node))
    }
    for (const member of Object.values(node)) look(domain, member)
  }
  for (const { type, text } of shippedSchemas()) look(type.split('.')[0] ?? '', JSON.parse(text))
})
