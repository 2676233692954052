import Type, { type TProperties } from 'typebox'

/** How `gateway/routes/control/show.ts` shows the entries of the control state. */

const Instant = Type.String({ format: 'date-time' })
const Text = Type.String()
const Jwk = Type.Object({}, { additionalProperties: true, description: 'A public key (JWK, RFC 7517).' })

/** Every entry has its resource, and the act that the next act on it must name. */
const entry = <T extends TProperties>(members: T) =>
  Type.Object({
    resource: Type.String({ description: 'What acts on it name.' }),
    ...members,
    last: Type.Optional(
      Type.String({ description: 'Hash of the last act on it: `previous` of the next one.' })
    )
  })
const oneOf = (...values: readonly string[]) => Type.Union(values.map((value) => Type.Literal(value)))

export const AgencyEntrySchema = entry({
  code: Text,
  name: Text,
  status: oneOf('active', 'closed'),
  parent: Type.Optional(Text),
  otherCode: Type.Optional(Text),
  validFrom: Type.Optional(Type.String({ format: 'date' })),
  validTo: Type.Optional(Type.String({ format: 'date' })),
  successor: Type.Optional(Text)
})

export const SystemEntrySchema = entry({
  agency: Text,
  status: oneOf('active', 'suspended', 'revoked'),
  roles: Type.Array(Text),
  name: Type.Optional(Text),
  unsigned: Type.Boolean({ description: 'May publish with a plain token.' }),
  hosted: Type.Boolean({ description: "The bus holds the system's private key." }),
  boundOnly: Type.Boolean({ description: 'Its tokens must be bound to one request.' }),
  keys: Type.Array(
    Type.Object({ key: Jwk, validFrom: Type.Optional(Instant), validTo: Type.Optional(Instant) })
  )
})

export const BusKeyEntrySchema = entry({ key: Jwk, validFrom: Type.Optional(Instant) })

export const RightEntrySchema = entry({
  type: Type.String({ description: 'The event type that the system may publish.' }),
  recipients: oneOf('*', 'agreements')
})

export const AgreementEntrySchema = entry({
  provider: Text,
  consumer: Text,
  types: Type.Array(Text),
  purpose: Text,
  legalBasis: Text,
  status: oneOf('drafted', 'signed', 'suspended', 'ended'),
  validFrom: Type.Optional(Instant),
  validTo: Type.Optional(Instant)
})

export const SubjectEntrySchema = entry({
  subject: Type.Optional(Type.String({ description: 'Absent for the registry itself.' })),
  type: Type.Optional(Type.String({ description: 'The event type, if it is the subject of one.' })),
  owner: Type.Optional(Text),
  compatibility: Type.Optional(Text),
  normalize: Type.Optional(Type.Boolean()),
  versions: Type.Array(Type.Object({ version: Type.Integer(), id: Type.Integer(), deleted: Type.Boolean() }))
})
