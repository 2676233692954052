import Type, { type Static } from 'typebox'
import { httpAddress } from '#protocol/events/address.ts'

/** `telemetry:` in lienthong.yaml: where traces go. */
export const TelemetryConfig = Type.Object(
  {
    otlpEndpoint: Type.Optional(
      Type.String({
        ...httpAddress,
        description:
          'Base URL of the OpenTelemetry collector (OTLP over HTTP), for example http://127.0.0.1:4318; `/v1/traces` is appended. Without it no traces are recorded.'
      })
    ),
    sampleRatio: Type.Number({
      default: 1,
      minimum: 0,
      maximum: 1,
      description:
        'Share of the traces started by the bus that are recorded, from 0 to 1. A trace that a sender started is recorded if its `traceparent` says so.'
    }),
    serviceName: Type.String({
      default: 'lienthong',
      minLength: 1,
      maxLength: 100,
      description: 'Service name of this bus in the collector.'
    })
  },
  { additionalProperties: false }
)
export type TelemetryConfig = Static<typeof TelemetryConfig>
