import Type, { type Static, type TSchema } from 'typebox'
import { agencyCode } from '#protocol/events/event.ts'
import { kidGrammar } from '#protocol/trust/jwk.ts'

/** The title of a schema with a pattern names what a text must be. */
const Code = Type.String({ title: 'code', pattern: `^(?=.{1,35}$)${agencyCode}$` })
const Text = Type.String({ minLength: 1, maxLength: 500 })
const Day = Type.String({ format: 'date' })
const Instant = Type.String({ format: 'date-time' })
const EventType = Type.String({ minLength: 1, maxLength: 128 })

const described = <T extends TSchema>(schema: T, description: string) =>
  Type.Optional(Type.Unsafe<Static<T>>({ ...schema, description }))

const Right = Type.Object(
  {
    type: Type.Unsafe<string>({ ...EventType, description: 'Event type that the system may publish.' }),
    recipients: Type.Union([Type.Literal('*'), Type.Literal('agreements')], {
      description:
        '`agreements`: the agencies with an agreement for the type. `*`: every agency that the event names; only for documents.'
    })
  },
  { additionalProperties: false }
)

const System = Type.Object(
  {
    name: Type.String({
      title: 'system',
      pattern: '^[a-z0-9-]{1,32}$',
      description: 'Name of the system, unique within its agency: lower-case letters, digits and hyphens.'
    }),
    title: described(Text, 'What people call the system.'),
    roles: Type.Optional(
      Type.Array(Type.Union([Type.Literal('operator'), Type.Literal('auditor')]), {
        uniqueItems: true,
        description: '`operator` sees all but contents and may act; `auditor` sees all but contents.'
      })
    ),
    unsigned: Type.Optional(
      Type.Boolean({ description: 'It may publish without signing; its events are marked as unsigned.' })
    ),
    hosted: Type.Optional(
      Type.Boolean({ description: 'The bus holds its private key: a connector acts as this system.' })
    ),
    boundOnly: Type.Optional(
      Type.Boolean({ description: 'It reads only with tokens that are bound to one request.' })
    ),
    keys: Type.Optional(
      Type.Array(
        Type.Object(
          {
            kid: Type.String({
              title: 'kid',
              pattern: kidGrammar.source,
              description: 'Name of the key. A new key needs a new name.'
            })
          },
          { additionalProperties: true }
        ),
        { description: 'Public JWKs, as `lienthong keys new` prints them.' }
      )
    ),
    publish: Type.Optional(Type.Array(Right, { description: 'Rights of the system to publish.' }))
  },
  { additionalProperties: false }
)

const Agency = Type.Object(
  {
    code: Type.Unsafe<string>({
      ...Code,
      description:
        'Identifier code of the agency: 13 characters as in QCVN 102:2016 (QĐ 28/2018/QĐ-TTg), such as 000.00.91.H03, or from left to right as in QĐ 20/2020/QĐ-TTg, such as H37.DN.'
    }),
    name: Type.Unsafe<string>({ ...Text, description: 'Name of the agency.' }),
    parent: described(Code, 'Code of the agency above it.'),
    otherCode: described(Code, 'A further code of the same agency, such as a former one.'),
    validFrom: described(Day, 'Day from which the agency exists.'),
    closed: Type.Optional(
      Type.Object(
        {
          successor: described(Code, 'Code of the agency that continues its work; senders are told.'),
          validTo: described(Day, 'Last day of the agency.')
        },
        {
          additionalProperties: false,
          description: 'The agency is closed, or is to be closed. `{}` if nothing else is to be said.'
        }
      )
    ),
    systems: Type.Optional(
      Type.Array(System, { description: 'Software of the agency that signs with keys of its own.' })
    )
  },
  { additionalProperties: false }
)

export const Agreement = Type.Object(
  {
    id: Type.String({
      title: 'agreement',
      pattern: '^[a-z0-9-]{1,64}$',
      description: 'Name of the agreement: lower-case letters, digits and hyphens.'
    }),
    provider: Type.Unsafe<string>({ ...Code, description: 'Agency whose events are sent.' }),
    consumer: Type.Unsafe<string>({ ...Code, description: 'Agency that receives them.' }),
    types: Type.Array(EventType, {
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      description: 'Event types that the agreement is about.'
    }),
    purpose: Type.Unsafe<string>({ ...Text, description: 'What the events may be used for.' }),
    legalBasis: Type.Unsafe<string>({ ...Text, description: 'Legal basis of the agreement.' }),
    validFrom: described(Instant, 'When it begins. Absent: when it is signed.'),
    validTo: described(Instant, 'When it ends. Absent: never.')
  },
  { additionalProperties: false }
)
export type Agreement = Static<typeof Agreement>

/** A province file: the intended control state. A list that is left out is empty. */
export const Province = Type.Object(
  {
    agencies: Type.Array(Agency, { description: 'All agencies, in any order.' }),
    agreements: Type.Optional(
      Type.Array(Agreement, {
        description: "Agencies' rights to receive events of other agencies. `apply` drafts and signs them."
      })
    )
  },
  { additionalProperties: false }
)
export type Province = Static<typeof Province>
