import Type, { type Static } from 'typebox'
import {
  type CompatibilityLevel,
  compatibilityLevels
} from '#protocol/avro/compatibility/incompatibilities.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { isSubject } from '#protocol/events/event-subjects.ts'
import { compileCheck, type Violation } from '#protocol/events/json-schema.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'

const SchemaBody = Type.Object({
  schema: Type.String({ minLength: 1, maxLength: 262_144 }),
  schemaType: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  references: Type.Optional(
    Type.Union([
      Type.Array(
        Type.Object({
          name: Type.String({ minLength: 1, maxLength: 500 }),
          subject: Type.String({ minLength: 1, maxLength: 255 }),
          version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 })
        }),
        { maxItems: 100 }
      ),
      Type.Null()
    ])
  )
})
type SchemaBody = Static<typeof SchemaBody>

const checkSchemaBody = compileCheck<SchemaBody>(SchemaBody, malformed)
const checkLevelBody = compileCheck<{ compatibility: string }>(
  Type.Object({ compatibility: Type.String({ maxLength: 100 }) }),
  malformed
)

/** A schema as clients send it, with its references. Members that only other registries know are ignored. */
export interface SentSchema {
  readonly text: string
  readonly references: readonly {
    readonly name: string
    readonly subject: string
    readonly version: number
  }[]
}

/** Throws `BUS_REQUEST_INVALID`, or `BUS_SCHEMA_INVALID` for a kind that is not Avro. */
export function parseSchemaBody(body: Uint8Array): SentSchema {
  const { schema, schemaType, references } = checkSchemaBody(parseStrictJson(body))
  if (schemaType !== undefined && schemaType !== null && schemaType !== 'AVRO') {
    throw new BusError('BUS_SCHEMA_INVALID', 'schema-kind-unsupported', { values: { got: schemaType } })
  }
  return { text: schema, references: references ?? [] }
}

/** Throws `BUS_REQUEST_INVALID`. */
export function parseLevelBody(body: Uint8Array): CompatibilityLevel {
  const { compatibility } = checkLevelBody(parseStrictJson(body))
  const level = compatibilityLevels.find((one) => one === compatibility.toUpperCase())
  if (level === undefined) throw new BusError('BUS_REQUEST_INVALID', 'level-malformed')
  return level
}

/** Throws `BUS_REQUEST_INVALID` for a text that cannot be a subject. */
export function checkSubject(subject: string): void {
  if (!isSubject(subject)) {
    throw new BusError('BUS_REQUEST_INVALID', 'registry-subject-malformed', { values: { subject } })
  }
}

function malformed({ instancePath, message }: Violation): BusError {
  const problem = `${instancePath || '/'} ${message}`
  return new BusError('BUS_REQUEST_INVALID', 'registry-body-invalid', { values: { problem } })
}
