import { Ajv } from 'ajv'
import Type, { type Static } from 'typebox'
import { compatibilityLevels } from '#protocol/avro/compatibility/incompatibilities.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Json, JsonObject } from '#protocol/events/json.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'

const code = '[A-Z0-9]+(?:\\.[A-Z0-9]+)*'
const Code = Type.String({ pattern: `^${code}$`, maxLength: 35 })
const Text = Type.String({ minLength: 1, maxLength: 500 })
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const Instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{3})?Z$' })
const EventType = Type.String({
  pattern: '^[a-z][a-z0-9-]*\\.[a-z][a-z0-9-]*\\.v[1-9][0-9]*$',
  maxLength: 128
})
const Kid = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' })
const Previous = Type.Union([Type.String({ pattern: '^[0-9a-f]{64}$' }), Type.Null()])

const agencyResource = Type.String({ pattern: `^/agencies/${code}$`, maxLength: 64 })
const systemResource = Type.String({
  pattern: `^/(?:agencies/${code}|bus)/systems/[a-z0-9-]{1,32}$`,
  maxLength: 128
})
const agreementResource = Type.String({ pattern: '^/agreements/[a-z0-9-]{1,64}$' })

/** An event type's subject by its type, any other by its name, percent-encoded. */
const subjectResource = Type.String({
  pattern: "^/(?:schemas/[a-z0-9.-]{1,128}|subjects/[A-Za-z0-9._~!*'()%-]{1,2300})$"
})
const Version = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })

const members = {
  'agency.added': {
    resource: agencyResource,
    name: Text,
    parent: Type.Optional(Code),
    /** The other form of the code, where both are in use (QCVN 102 and Decision 20/2020). */
    otherCode: Type.Optional(Code),
    validFrom: Type.Optional(Day)
  },
  'agency.changed': {
    resource: agencyResource,
    name: Type.Optional(Text),
    parent: Type.Optional(Code),
    otherCode: Type.Optional(Code)
  },
  'agency.closed': { resource: agencyResource, successor: Type.Optional(Code), validTo: Type.Optional(Day) },
  'system.added': {
    resource: systemResource,
    name: Type.Optional(Text),
    roles: Type.Optional(
      Type.Array(Type.Union([Type.Literal('operator'), Type.Literal('auditor')]), { uniqueItems: true })
    ),
    /** May publish with a plain token; its events say so. */
    unsigned: Type.Optional(Type.Boolean()),
    /** The bus holds its key, for a connector of the bus's own. */
    hosted: Type.Optional(Type.Boolean()),
    /** Accepts only reading tokens bound to one request (`htm`, `htu`, at most 60 s). */
    boundOnly: Type.Optional(Type.Boolean())
  },
  'system.suspended': { resource: systemResource, reason: Type.Optional(Text) },
  'system.resumed': { resource: systemResource, reason: Type.Optional(Text) },
  'system.revoked': { resource: systemResource, reason: Type.Optional(Text) },
  'key.added': {
    resource: systemResource,
    key: Type.Object({}, { additionalProperties: true }),
    validFrom: Type.Optional(Instant),
    validTo: Type.Optional(Instant)
  },
  'key.retired': { resource: systemResource, kid: Kid },
  'right.granted': {
    resource: systemResource,
    type: EventType,
    recipients: Type.Union([Type.Literal('*'), Type.Literal('agreements')])
  },
  'right.withdrawn': { resource: systemResource, type: EventType },
  'agreement.drafted': {
    resource: agreementResource,
    provider: Code,
    consumer: Code,
    types: Type.Array(EventType, { minItems: 1, maxItems: 100, uniqueItems: true }),
    purpose: Text,
    legalBasis: Text,
    validFrom: Type.Optional(Instant),
    validTo: Type.Optional(Instant)
  },
  'agreement.signed': { resource: agreementResource },
  'agreement.suspended': { resource: agreementResource, reason: Type.Optional(Text) },
  'agreement.resumed': { resource: agreementResource, reason: Type.Optional(Text) },
  'agreement.ended': { resource: agreementResource, reason: Type.Optional(Text) },
  'schema.registered': {
    resource: subjectResource,
    /** Of an event type only, as in `resource`. */
    type: Type.Optional(EventType),
    schema: Type.String({ minLength: 2, maxLength: 262_144 }),
    references: Type.Optional(
      Type.Array(
        Type.Object({ name: Text, subject: Text, version: Version }, { additionalProperties: false }),
        { minItems: 1, maxItems: 100 }
      )
    )
  },
  'schema.deleted': {
    resource: subjectResource,
    /** Absent: all versions. */
    version: Type.Optional(Version),
    /** What was deleted before is forgotten; absent: it is only taken out of the lists. */
    permanent: Type.Optional(Type.Literal(true))
  },
  'registry-config.changed': {
    /** `/registry`: of all subjects without a level of their own. */
    resource: Type.Union([Type.Literal('/registry'), subjectResource]),
    /** `null`: none of its own any more. */
    compatibility: Type.Union([...compatibilityLevels.map((level) => Type.Literal(level)), Type.Null()])
  },
  'bus-key.added': {
    resource: Type.String({ pattern: '^/bus/keys/[A-Za-z0-9_-]{1,64}$' }),
    key: Type.Object({}, { additionalProperties: true })
  }
} as const

export type ActKind = keyof typeof members

const shapes = Object.fromEntries(
  Object.entries(members).map(([kind, own]) => [
    kind,
    Type.Object({ act: Type.Literal(kind), previous: Previous, ...own }, { additionalProperties: false })
  ])
)

type Members<K extends ActKind> = Static<ReturnType<typeof Type.Object<(typeof members)[K]>>>

/** A change to control state, as its actor wrote it. `previous` is the SHA-256 (hex) of the body of the last act on `resource`. */
export type Act = {
  [K in ActKind]: { readonly act: K; readonly previous: string | null } & Readonly<Members<K>>
}[ActKind]

/** The acts of one kind. */
export type ActOf<K extends ActKind> = Extract<Act, { readonly act: K }>

const ajv = new Ajv({ coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false })
const validators = new Map(Object.entries(shapes).map(([kind, shape]) => [kind, ajv.compile(shape)]))

/** JSON Schema of each kind of act, for the OpenAPI document. */
export const actSchemas: Readonly<Record<string, object>> = shapes

/** Reads an act's body, strictly: unknown kinds and members are refused with `BUS_ACT_INVALID`. */
export function parseAct(body: Uint8Array): Act {
  const value = parseStrictJson(body)
  if (!isObject(value)) throw new BusError('BUS_ACT_INVALID', 'act-not-an-object')
  const kind = typeof value.act === 'string' ? value.act : ''
  const validate = validators.get(kind)
  if (!validate) throw new BusError('BUS_ACT_INVALID', 'act-kind-unknown', { values: { kind } })
  if (!validate(value)) {
    const [first] = validate.errors ?? []
    const extra = first?.params.additionalProperty
    throw new BusError('BUS_ACT_INVALID', 'act-member-invalid', {
      values: {
        kind,
        member: extra ? `${first?.instancePath}/${extra}` : (first?.instancePath ?? ''),
        problem: first?.message ?? ''
      }
    })
  }
  return value as unknown as Act
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
