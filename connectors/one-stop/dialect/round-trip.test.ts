import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { JsonObject } from '#protocol/events/json.ts'
import { createPayloadCodec } from '#protocol/events/payload-codec.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'
import { generatedDossier, generatedProgress, seededRandom } from '../fixtures/generated.ts'
import { openReading } from '../fixtures/reading.ts'
import { dossierFields, type Field, progressFields } from './fields.ts'
import { parseObject } from './json.ts'
import { writeRecord } from './write-record.ts'

const schemas = join(import.meta.dirname, '..', '..', '..', 'schemas')
const codecs = new Map(
  ['dossier.received.v1', 'dossier.record-changed.v1', 'dossier.status-changed.v1'].map((type) => [
    type,
    createPayloadCodec(readFileSync(join(schemas, `${type.replace('.', '/')}.avsc`), 'utf8'))
  ])
)

const { events } = openReading({ alsoPublish: [] })

/** A record after it became an event, went through the log, and was written again. */
async function andBack(
  record: JsonObject,
  fields: readonly Field[]
): Promise<{ type: string; back: JsonObject }> {
  const [event] = await events(parseObject(JSON.stringify(record)) as JsonObject)
  assert.ok(event, JSON.stringify(record))
  const codec = codecs.get(event.type)
  const data = parseStrictJson(Buffer.from(JSON.stringify(event.data))) as JsonObject
  const logged = codec?.decode(codec.encode(data, 1)) as JsonObject
  return { type: event.type, back: writeRecord(logged, fields, {}) }
}

describe('one-stop: a record of the dialect', () => {
  it('comes back the same through the log: 1,500 dossiers, each field in many of them', async () => {
    const random = seededRandom(15)
    const types: Record<string, number> = {}
    const seen = new Set<string>()
    for (let number = 0; number < 1500; number += 1) {
      const record = generatedDossier(random)
      const { type, back } = await andBack(record, dossierFields)
      assert.deepEqual(back, record)
      types[type] = (types[type] ?? 0) + 1
      for (const [name, value] of Object.entries(record)) if (value !== '') seen.add(name)
    }
    assert.ok((types['dossier.received.v1'] ?? 0) > 20, JSON.stringify(types))
    assert.deepEqual(
      dossierFields.filter(({ theirs }) => !seen.has(theirs)),
      []
    )
  })

  it('comes back the same through the log: 1,500 records of progress', async () => {
    const random = seededRandom(16)
    for (let number = 0; number < 1500; number += 1) {
      const record = generatedProgress(random)
      assert.deepEqual((await andBack(record, progressFields)).back, record)
    }
  })

  it('may have numbers and truth values where texts belong, which come back as texts, none rounded', async () => {
    const text =
      '{"MaHoSo":"000.00.91.H03-990227-0001","TrangThaiHoSo":2,"SoDienThoai":12345678901234567890,"DanhSachLePhi":[{"Gia":50000.50}],"TaiLieuNop":[{"IsDeleted":false}]}'
    const [event] = await events(parseObject(text) as JsonObject)
    const { status, phone, fees, papers } = event?.data ?? {}
    assert.deepEqual(
      { status, phone, fees, papers },
      {
        status: '2',
        phone: '12345678901234567890',
        fees: [{ amount: '50000.50' }],
        papers: [{ deleted: 'false' }]
      }
    )
  })
})
