import { readFile } from 'node:fs/promises'
import Type, { type Static } from 'typebox'
import { parse } from 'yaml'
import { BusError } from '#protocol/errors/bus-error.ts'
import { fillSettings } from '#protocol/events/json-schema.ts'

const Right = Type.Object(
  { type: Type.String(), recipients: Type.Union([Type.Literal('*'), Type.Literal('agreements')]) },
  { additionalProperties: false }
)

const System = Type.Object(
  {
    name: Type.String(),
    title: Type.Optional(Type.String()),
    roles: Type.Optional(Type.Array(Type.Union([Type.Literal('operator'), Type.Literal('auditor')]))),
    unsigned: Type.Optional(Type.Boolean()),
    hosted: Type.Optional(Type.Boolean()),
    boundOnly: Type.Optional(Type.Boolean()),
    keys: Type.Optional(
      Type.Array(Type.Object({ kid: Type.String() }, { additionalProperties: true }), {
        description: 'Public JWKs.'
      })
    ),
    publish: Type.Optional(Type.Array(Right))
  },
  { additionalProperties: false }
)

const Agency = Type.Object(
  {
    code: Type.String(),
    name: Type.String(),
    parent: Type.Optional(Type.String()),
    otherCode: Type.Optional(Type.String()),
    validFrom: Type.Optional(Type.String()),
    closed: Type.Optional(
      Type.Object(
        { successor: Type.Optional(Type.String()), validTo: Type.Optional(Type.String()) },
        { additionalProperties: false }
      )
    ),
    systems: Type.Optional(Type.Array(System))
  },
  { additionalProperties: false }
)

const Agreement = Type.Object(
  {
    id: Type.String(),
    provider: Type.String(),
    consumer: Type.String(),
    types: Type.Array(Type.String()),
    purpose: Type.String(),
    legalBasis: Type.String(),
    validFrom: Type.Optional(Type.String()),
    validTo: Type.Optional(Type.String())
  },
  { additionalProperties: false }
)

/** A province file: the intended control state. Parents come before their children. */
export const Province = Type.Object(
  { agencies: Type.Array(Agency), agreements: Type.Optional(Type.Array(Agreement)) },
  { additionalProperties: false }
)
export type Province = Static<typeof Province>

/** Reads a province file; reports all faults at once (`BUS_CONFIG_INVALID`). */
export async function loadProvince(file: string): Promise<Province> {
  const value: unknown = parse(await readFile(file, 'utf8'))
  const problems = fillSettings(Province, value)
  if (problems.length === 0) return value as Province
  throw new BusError('BUS_CONFIG_INVALID', 'config-invalid', {
    values: { file, problems: problems.join('; ') }
  })
}
