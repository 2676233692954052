import Type, { type Static } from 'typebox'
import { agencyCode } from '#protocol/events/event.ts'
import { kidGrammar } from '#protocol/trust/jwk.ts'

/** The title of a schema with a pattern names what a text must be. */
const Code = Type.String({ title: 'code', pattern: `^(?=.{1,35}$)${agencyCode}$` })
const Text = Type.String({ minLength: 1, maxLength: 500 })
const Day = Type.String({ format: 'date' })
const Instant = Type.String({ format: 'date-time' })
const EventType = Type.String({ minLength: 1, maxLength: 128 })

const Right = Type.Object(
  { type: EventType, recipients: Type.Union([Type.Literal('*'), Type.Literal('agreements')]) },
  { additionalProperties: false }
)

const System = Type.Object(
  {
    name: Type.String({ title: 'system', pattern: '^[a-z0-9-]{1,32}$' }),
    title: Type.Optional(Text),
    roles: Type.Optional(
      Type.Array(Type.Union([Type.Literal('operator'), Type.Literal('auditor')]), { uniqueItems: true })
    ),
    unsigned: Type.Optional(Type.Boolean()),
    hosted: Type.Optional(Type.Boolean()),
    boundOnly: Type.Optional(Type.Boolean()),
    keys: Type.Optional(
      Type.Array(
        Type.Object(
          { kid: Type.String({ title: 'kid', pattern: kidGrammar.source }) },
          { additionalProperties: true }
        ),
        { description: 'Public JWKs.' }
      )
    ),
    publish: Type.Optional(Type.Array(Right))
  },
  { additionalProperties: false }
)

const Agency = Type.Object(
  {
    code: Code,
    name: Text,
    parent: Type.Optional(Code),
    otherCode: Type.Optional(Code),
    validFrom: Type.Optional(Day),
    closed: Type.Optional(
      Type.Object(
        { successor: Type.Optional(Code), validTo: Type.Optional(Day) },
        { additionalProperties: false }
      )
    ),
    systems: Type.Optional(Type.Array(System))
  },
  { additionalProperties: false }
)

export const Agreement = Type.Object(
  {
    id: Type.String({ title: 'agreement', pattern: '^[a-z0-9-]{1,64}$' }),
    provider: Code,
    consumer: Code,
    types: Type.Array(EventType, { minItems: 1, maxItems: 100, uniqueItems: true }),
    purpose: Text,
    legalBasis: Text,
    validFrom: Type.Optional(Instant),
    validTo: Type.Optional(Instant)
  },
  { additionalProperties: false }
)
export type Agreement = Static<typeof Agreement>

/** A province file: the intended control state. A list that is left out is empty. */
export const Province = Type.Object(
  { agencies: Type.Array(Agency), agreements: Type.Optional(Type.Array(Agreement)) },
  { additionalProperties: false }
)
export type Province = Static<typeof Province>
