import Type, { type Static, type TSchema } from 'typebox'
import type { RegistryState } from '#bus/registry/registry-state.ts'
import { liveVersions } from '#bus/registry/schema-question.ts'
import {
  type CompatibilityLevel,
  compatibilityLevels
} from '#protocol/avro/compatibility/incompatibilities.ts'
import type { SchemaReference } from '#protocol/avro/schema-reference.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { isSubject } from '#protocol/events/event-subjects.ts'
import { compileCheck, type Violation } from '#protocol/events/json-schema.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'
import { violationValues } from '#protocol/events/violation-text.ts'

const orNull = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))
const closed = { additionalProperties: false }

const checkSchemaBody = bodyCheck(
  Type.Object(
    {
      schema: orNull(Type.String()),
      schemaType: orNull(Type.String()),
      references: orNull(
        Type.Array(
          Type.Object(
            {
              name: orNull(Type.String({ maxLength: 500 })),
              subject: orNull(Type.String({ maxLength: 255 })),
              version: orNull(Type.Integer())
            },
            closed
          ),
          { maxItems: 100 }
        )
      ),
      id: orNull(Type.Integer()),
      version: orNull(Type.Integer()),
      metadata: Type.Optional(Type.Unknown()),
      ruleSet: Type.Optional(Type.Unknown()),
      schemaTagsToAdd: Type.Optional(Type.Unknown()),
      schemaTagsToRemove: Type.Optional(Type.Unknown()),
      propagateSchemaTags: Type.Optional(Type.Unknown())
    },
    closed
  )
)
const checkConfigBody = bodyCheck(
  Type.Object(
    {
      compatibility: orNull(Type.String({ maxLength: 100 })),
      normalize: orNull(Type.Boolean()),
      alias: Type.Optional(Type.Unknown()),
      validateFields: Type.Optional(Type.Unknown()),
      compatibilityGroup: Type.Optional(Type.Unknown()),
      compatibilityPolicy: Type.Optional(Type.Unknown()),
      defaultMetadata: Type.Optional(Type.Unknown()),
      overrideMetadata: Type.Optional(Type.Unknown()),
      defaultRuleSet: Type.Optional(Type.Unknown()),
      overrideRuleSet: Type.Optional(Type.Unknown())
    },
    closed
  )
)
const checkModeBody = bodyCheck(Type.Object({ mode: orNull(Type.String({ maxLength: 100 })) }, closed))

/** Longest text in a body, so that a schema that is too long is told by the limit of schemas. */
const maxTextLength = 1_048_576

/** A schema as clients send it. */
export interface SentSchema {
  /** Undefined where none is sent, or only white space. */
  readonly text: string | undefined
  readonly references: readonly SchemaReference[]
  /** The id or version that it is to have; undefined for any. */
  readonly id: number | undefined
  readonly version: number | undefined
  /** A member that would change what the schema means, and that this registry does not support. */
  readonly unsupported: string | undefined
}

/**
 * Reads a schema and resolves references to the newest version of a subject. Throws `BUS_REQUEST_INVALID`,
 * or `BUS_SCHEMA_INVALID` for a kind that is not Avro and for a reference that names no version.
 */
export function parseSchemaBody(registry: RegistryState, body: unknown): SentSchema {
  const { schema, schemaType, references, id, version, ...others } = checkSchemaBody(body)
  if (schemaType !== undefined && schemaType !== null && schemaType !== 'AVRO') {
    throw new BusError('BUS_SCHEMA_INVALID', 'schema-kind-unsupported', { values: { got: schemaType } })
  }
  return {
    text: schema?.trim() ? schema : undefined,
    references: (references ?? []).map((one) => resolved(registry, one)),
    id: typeof id === 'number' && id >= 0 ? id : undefined,
    version: typeof version === 'number' && version > 0 ? version : undefined,
    unsupported: meaningful(others)
  }
}

/** The settings of a subject, or of all others, as clients send them; undefined ones stay as they are. */
export interface SentConfig {
  readonly compatibility?: CompatibilityLevel
  readonly normalize?: boolean
}

/** Throws `BUS_REQUEST_INVALID`, also for a setting that is not supported. */
export function parseConfigBody(body: unknown): SentConfig {
  const { compatibility, normalize, ...others } = checkConfigBody(body)
  refuseUnsupported(meaningful(others))
  const level = compatibilityLevels.find((one) => one === compatibility?.toUpperCase())
  if (typeof compatibility === 'string' && level === undefined) {
    throw new BusError('BUS_REQUEST_INVALID', 'level-malformed')
  }
  return {
    ...(level === undefined ? {} : { compatibility: level }),
    ...(typeof normalize === 'boolean' ? { normalize } : {})
  }
}

/** Throws `BUS_REQUEST_INVALID` for a mode other than the one that this registry has. */
export function parseModeBody(body: unknown): 'READWRITE' {
  const mode = checkModeBody(body).mode?.toUpperCase() ?? ''
  if (mode === 'READWRITE') return mode
  throw new BusError('BUS_REQUEST_INVALID', modes.has(mode) ? 'mode-fixed' : 'mode-malformed')
}

const modes: ReadonlySet<string> = new Set(['READONLY', 'READONLY_OVERRIDE', 'IMPORT', 'FORWARD'])

/** Throws `BUS_REQUEST_INVALID` naming what is not supported, if anything is. */
export function refuseUnsupported(what: string | undefined): void {
  if (what !== undefined)
    throw new BusError('BUS_REQUEST_INVALID', 'registry-unsupported', { values: { what } })
}

/** Throws `BUS_REQUEST_INVALID` for a text that cannot be a subject. */
export function checkSubject(subject: string): void {
  if (!isSubject(subject)) {
    throw new BusError('BUS_REQUEST_INVALID', 'registry-subject-malformed', { values: { subject } })
  }
}

type SentReference = { readonly [member in keyof SchemaReference]?: SchemaReference[member] | null }

/** Versions of that API begin at 1; −1 is the newest. */
function resolved(registry: RegistryState, { name, subject, version }: SentReference): SchemaReference {
  const number = version === -1 ? liveVersions(registry, subject ?? '').at(-1)?.version : version
  if (name && subject && number && number > 0) return { name, subject, version: number }
  const values = { name: name ?? '', subject: subject ?? '', version: version ?? '' }
  throw new BusError('BUS_SCHEMA_INVALID', 'schema-reference-unknown', { values })
}

/** The first member that says anything; an empty one says what holds without it. */
function meaningful(members: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(members).find((name) => !isEmpty(members[name]))
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true
  return typeof value === 'object' && Object.values(value).every(isEmpty)
}

function bodyCheck<T extends TSchema>(schema: T): (body: unknown) => Static<T> {
  const check = compileCheck<Static<T>>(schema, malformed)
  return (body) => {
    const bytes = body instanceof Buffer ? body : Buffer.alloc(0)
    return check(parseStrictJson(bytes, { stringLength: maxTextLength }))
  }
}

function malformed(violation: Violation): BusError {
  if (violation.keyword === 'additionalProperties') {
    const name = String(violation.params.additionalProperty)
    return new BusError('BUS_REQUEST_INVALID', 'registry-member-unknown', { values: { name } })
  }
  const { member, problem, problemVi } = violationValues(violation)
  return new BusError('BUS_REQUEST_INVALID', 'registry-body-invalid', {
    values: { problem: `${member} ${problem}`, problemVi: `${member} ${problemVi}` }
  })
}
