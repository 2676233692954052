import Type, { type Static } from 'typebox'

/** `telemetry:` in lienthong.yaml: where traces go. */
export const TelemetryConfig = Type.Object(
  {
    otlpEndpoint: Type.Optional(
      Type.String({
        pattern: '^https?://[^/?#]+(/[^?#]*)?$',
        description:
          'The collector traces are sent to by OTLP over HTTP, such as http://127.0.0.1:4318; `/v1/traces` is added. Without it nothing is recorded.'
      })
    ),
    sampleRatio: Type.Number({
      default: 1,
      minimum: 0,
      maximum: 1,
      description:
        'The share recorded of the traces that begin at the bus. One that a sender began is recorded as its `traceparent` says.'
    }),
    serviceName: Type.String({
      default: 'lienthong',
      minLength: 1,
      maxLength: 100,
      description: 'What the collector knows this bus by.'
    })
  },
  { additionalProperties: false }
)
export type TelemetryConfig = Static<typeof TelemetryConfig>
