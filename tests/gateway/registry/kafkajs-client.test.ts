import assert from 'node:assert/strict'
import { it } from 'node:test'
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { startRegistry } from '../../helpers/start-registry.ts'

it('@kafkajs/confluent-schema-registry registers by the proxy, and reads from the gateway what it encoded', async (t) => {
  const { write, read } = await startRegistry(t)
  const schema = JSON.stringify({
    type: 'record',
    name: 'Visit',
    namespace: 'vn.test',
    fields: [
      { name: 'who', type: 'string' },
      { name: 'at', type: ['null', 'long'], default: null }
    ]
  })
  const writer = new SchemaRegistry({ host: write })
  const reader = new SchemaRegistry({ host: read })
  const { id } = await writer.register(
    { type: SchemaType.AVRO, schema },
    { subject: 'visits-value', compatibility: COMPATIBILITY.FULL }
  )
  const framed = await writer.encode(id, { who: 'Trần Thị B', at: 7 })
  assert.deepEqual([framed[0], framed.readUInt32BE(1)], [0, id])
  assert.deepEqual({ ...(await reader.decode(framed)) }, { who: 'Trần Thị B', at: 7 })
  assert.equal(await reader.getLatestSchemaId('visits-value'), id)
  assert.equal(await reader.getRegistryId('visits-value', 1), id)
  const levels = await fetch(`${read}/config/visits-value`)
  assert.deepEqual(await levels.json(), { compatibilityLevel: 'FULL' })
  const other = schema.replace('"who"', '"whom"')
  const refused = writer.register(
    { type: SchemaType.AVRO, schema: other },
    { subject: 'visits-value', compatibility: COMPATIBILITY.FULL }
  )
  await assert.rejects(refused, /whom|incompatible|compatible/)
})
