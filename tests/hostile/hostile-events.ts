import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { newEvent } from '#client/new-event.ts'
import { attachmentRecord, instantRange, type RecordShape, type Shape } from '#protocol/avro/payload-shape.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { Json, JsonObject } from '#protocol/events/json.ts'
import { createPayloadCodec } from '#protocol/events/payload-codec.ts'
import { repository } from '../helpers/demo-bus.ts'
import { recordArbitrary } from '../helpers/payload-arbitrary.ts'
import { codes, systemOf } from '../helpers/test-bus.ts'

/** Recipients besides those of the test bus. */
export const furtherAgencies = Array.from(
  { length: 499 },
  (_unused, at) => `${'Z'.repeat(20)}.${'9'.repeat(8)}.${1000 + at}`
)

/** Characters that are accepted and seldom sent. */
const odd = [
  '',
  ' ',
  '\u00ad',
  '\u200d',
  '\u200b',
  '\ufeff',
  '\u2028',
  '\u0301',
  'ế',
  '文',
  '😀',
  '\u{10fffd}',
  '\u{e0001}',
  '\ue000',
  "'",
  '"',
  '\\',
  '%',
  '\\u0000',
  '$' + '{x}',
  '--',
  ';',
  '{{',
  '<a>',
  '\u0f77'
]
const characters = fc.constantFrom(...odd)
const repeated = (most: number) =>
  fc
    .tuple(characters, fc.integer({ min: 0, max: most }))
    .map(([one, length]) => one.repeat(Math.floor(length / (one.length || 1))))
/** Without control characters and composed, as attributes must be. */
const attribute = (most: number) =>
  fc
    .oneof(
      repeated(most),
      fc.array(characters, { maxLength: 40 }).map((some) => some.join(''))
    )
    .map((text) =>
      `k${text}`
        .normalize('NFC')
        .replace(/(\p{M}{30})\p{M}+/gu, '$1')
        .slice(0, most)
        .replace(/[\ud800-\udbff]$/, '')
    )
const text = fc.oneof(repeated(20), repeated(30_000), attribute(200), fc.constantFrom('\t', '\n', '\r\n'))
const instants = fc.constantFrom(instantRange.first, instantRange.last, 0, -1, 951_782_400_000)

function extreme(shape: Shape): fc.Arbitrary<Json> {
  switch (shape.kind) {
    case 'string':
      return text
    case 'boolean':
      return fc.boolean()
    case 'bytes':
      return fc.constantFrom(0, 1, 5000).map((length) => Buffer.alloc(length, 0).toString('base64url'))
    case 'int':
      return fc.constantFrom(-2_147_483_648, 2_147_483_647, 0, -1)
    case 'long':
      return fc.constantFrom(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 0, -1)
    case 'date':
      return instants.map((at) => new Date(at).toISOString().slice(0, 10))
    case 'instant':
      return instants.map((at) => new Date(at).toISOString())
    case 'enum':
      return fc.constantFrom(...shape.symbols)
    case 'array':
      return isAttachment(shape.items) ? fc.constant([]) : fc.array(extreme(shape.items), { maxLength: 20 })
    case 'record':
      return extremeRecord(shape)
  }
}

function extremeRecord(shape: RecordShape): fc.Arbitrary<JsonObject> {
  return recordArbitrary(shape, extreme)
}

function isAttachment(shape: Shape): boolean {
  return shape.kind === 'record' && shape.name === attachmentRecord
}

const shapeOf = (file: string): RecordShape =>
  createPayloadCodec(readFileSync(join(repository, 'schemas', `${file}.avsc`), 'utf8')).shape
const issued = extremeRecord(shapeOf('document/issued.v1'))
const recalled = extremeRecord(shapeOf('document/recalled.v1'))
const status = extremeRecord(shapeOf('document/status-changed.v1'))
const dossier = extremeRecord(shapeOf('dossier/received.v1'))

const extensions = fc.oneof(
  fc.constant({}),
  fc.dictionary(fc.stringMatching(/^x[a-z0-9]{0,19}$/), attribute(8192), {
    maxKeys: 20,
    noNullPrototype: true
  })
)
const times = fc.constantFrom(
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999+23:59',
  '2024-02-29T00:00:00-23:59',
  '2026-11-24T00:00:00Z'
)
const attributes = fc.record(
  {
    time: times,
    expirytime: times,
    correlationid: attribute(256),
    causationid: attribute(256),
    tracestate: attribute(512),
    dataref: attribute(2000),
    dataclassification: fc.constantFrom('public', 'internal', 'personal')
  },
  { requiredKeys: ['time'] }
)
const recipients = fc.constantFrom<readonly string[]>(
  [codes.B],
  [codes.B, codes.C],
  [codes.B, ...furtherAgencies]
)

/** At places that a package has, and together no longer than a package takes. */
const lawfulExtensions = ({ extensions: given = [] }: JsonObject): JsonObject => ({
  extensions: (given as readonly { readonly value: string }[]).map(({ value }, at) => ({
    path: `edXMLEnvelope/edXMLHeader/MessageHeader/Note[${at + 1}]`,
    value: value.slice(0, 3000)
  }))
})

/** Events at every limit that publishing accepts. What names sender and subject is right, and extensions are; everything else is as odd as it may be. */
export const hostileEvents: fc.Arbitrary<BusEvent> = fc
  .tuple(
    fc.oneof(
      issued.map((data) => ({ type: 'document.issued.v1', data })),
      recalled.map((data) => ({ type: 'document.recalled.v1', data })),
      status.map((data) => ({ type: 'document.status-changed.v1', data })),
      dossier.map((data) => ({ type: 'dossier.received.v1', data }))
    ),
    attribute(200),
    recipients,
    attributes,
    extensions
  )
  .map(([{ type, data }, subject, to, named, others]) => {
    const from = { ...(data.from as JsonObject), organId: codes.A }
    const about = { ...(data.responseFor as JsonObject), documentId: subject }
    const own = {
      'document.issued.v1': { documentId: subject, from },
      'document.recalled.v1': { documentId: subject, affectedDocumentId: subject, from },
      'document.status-changed.v1': { responseFor: about, from },
      'dossier.received.v1': { dossierCode: subject }
    }[type]
    const draft = {
      type,
      subject,
      data: { ...data, ...own, ...('extensions' in data ? lawfulExtensions(data) : {}) },
      ...(type.startsWith('document.') ? { recipients: to } : {})
    }
    return { ...others, ...newEvent(systemOf('A'), draft), ...named } as BusEvent
  })
