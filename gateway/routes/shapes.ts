import Type from 'typebox'
import { ConnectorDeliverySchema } from './deliveries/delivery-shapes.ts'

/** Schemas of answers that several routes share. */

export const ProofSchema = Type.Object(
  {
    token: Type.String({ description: 'A JWS whose claims contain a Merkle root (RFC 6962, SHA-256).' }),
    index: Type.Integer({ minimum: 0 }),
    size: Type.Integer({ minimum: 1 }),
    path: Type.Array(Type.String({ description: 'Inclusion path: a sibling node, base64url.' }))
  },
  { description: 'A signed Merkle root and the inclusion path of one leaf.' }
)

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ format: 'uri' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.Optional(Type.String()),
    code: Type.String({ description: 'Stable error code; /problems lists all.' }),
    traceId: Type.Optional(
      Type.String({ description: 'Names the request: see `GET /v1/refusals/{traceId}`.' })
    ),
    from: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'Of an expired cursor: the time to read from.'
      })
    )
  },
  { description: 'RFC 9457 problem document.' }
)

export const DeliverySchema = Type.Object({
  agency: Type.String(),
  state: Type.Union([
    Type.Literal('pending'),
    Type.Literal('delivered'),
    Type.Literal('expired'),
    Type.Literal('recalled'),
    Type.Literal('accepted'),
    Type.Literal('rejected')
  ]),
  at: Type.Optional(Type.String({ format: 'date-time' })),
  system: Type.Optional(Type.String()),
  code: Type.Optional(Type.String()),
  reason: Type.Optional(
    Type.String({
      description:
        'Why the recipient rejected it, in its own words; of a pending one, why the bus could not put it into its inbox.'
    })
  ),
  connectors: Type.Optional(
    Type.Array(ConnectorDeliverySchema, {
      description: 'How connectors of the recipient deliver it: attempts, last error, next try.'
    })
  )
})

export const AddedSchema = Type.Object(
  {
    recordedtime: Type.String({ format: 'date-time' }),
    agreement: Type.Optional(
      Type.String({ description: 'The agreement that lets the reader see the event.' })
    ),
    traceparent: Type.Optional(
      Type.String({ description: "W3C trace context of the bus's last hop, in the sender's trace." })
    ),
    unsigned: Type.Optional(Type.Boolean()),
    hosted: Type.Optional(Type.Boolean({ description: "The bus holds the publishing system's private key." }))
  },
  { description: 'What the bus adds; it is never part of the event.' }
)

export const EventSchema = Type.Object(
  {},
  { additionalProperties: true, description: 'A CloudEvent, as written.' }
)
