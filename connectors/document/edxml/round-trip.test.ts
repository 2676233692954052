import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createPayloadCodec } from '#protocol/events/payload-codec.ts'
import { generatedPackage, manner, rewritten } from '../fixtures/generated.ts'
import { writtenPackage } from '../fixtures/written-package.ts'
import { readPackage } from './read-package.ts'
import { parseXml } from './xml-tree.ts'

const schemas = join(import.meta.dirname, '..', '..', '..', 'schemas', 'document')
const codecs = new Map(
  ['issued', 'updated', 'replaced', 'recalled', 'status-changed'].map((name) => [
    `document.${name}.v1`,
    createPayloadCodec(readFileSync(join(schemas, `${name}.v1.avsc`), 'utf8'))
  ])
)

describe('generated edXML packages', () => {
  it('of every type, written in any manner, are read as they were meant, fit their schema, and read the same when written again', () => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(generatedPackage, manner, ({ type, data, files }, how) => {
        seen.set(type, (seen.get(type) ?? 0) + 1)
        const other = rewritten(parseXml(writtenPackage(type, data, files)), how)
        const read = readPackage(other)
        assert.deepEqual({ type: read.type, data: read.data, files: read.files }, { type, data, files })
        const isStatus = type === 'document.status-changed.v1'
        const payload = isStatus ? read.data : { ...read.data, attachments: [] }
        const codec = codecs.get(type)
        assert.deepEqual(codec?.decode(codec.encode(payload, 1)), payload)
        assert.deepEqual(readPackage(writtenPackage(read.type, read.data, read.files)), read)
      }),
      { numRuns: 500 }
    )
    assert.equal(seen.size, codecs.size)
  })

  it('get a hop at the end of their trace when they are handed on, and lose none', () => {
    const hop = { organId: '000.00.92.H03', at: '2026-11-24T01:02:03.000Z' }
    fc.assert(
      fc.property(generatedPackage, ({ type, data, files }) => {
        const read = readPackage(writtenPackage(type, data, files, hop))
        if (type === 'document.status-changed.v1') assert.deepEqual(read.data, data)
        else assert.deepEqual(read.data, { ...data, trace: [...(data.trace as readonly object[]), hop] })
      })
    )
  })
})
