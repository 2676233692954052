import Type, { type Static } from 'typebox'
import { TelemetryConfig } from '#engines/telemetry/telemetry-config.ts'
import { GatewayConfig, ManagementConfig } from '#gateway/gateway-config.ts'
import { EnginesConfig } from './engines-config.ts'

const ConnectorInstance = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9-]{1,64}$', description: 'Unique among the instances.' }),
    kind: Type.String({ pattern: '^[a-z0-9-]{1,32}$', description: 'The folder under connectors/.' }),
    system: Type.String({ description: 'Whose inbox it reads and in whose name it publishes.' }),
    keyFile: Type.String({ description: "The system's private JWK." }),
    settings: Type.Object(
      {},
      { additionalProperties: true, default: {}, description: "The kind's own settings." }
    )
  },
  { additionalProperties: false }
)

/** The whole of lienthong.yaml. */
export const Config = Type.Object(
  {
    data: Type.Object(
      { folder: Type.String({ default: 'var', description: 'Everything the bus keeps on one machine.' }) },
      { additionalProperties: false, default: {} }
    ),
    ...EnginesConfig,
    gateway: Type.Unsafe<Static<typeof GatewayConfig>>({ ...GatewayConfig, default: {} }),
    management: Type.Unsafe<Static<typeof ManagementConfig>>({ ...ManagementConfig, default: {} }),
    trust: Type.Object(
      {
        operatorKeys: Type.Array(Type.Object({}, { additionalProperties: true }), {
          default: [],
          description:
            'Public JWKs trust starts from; when empty, one is made at first start, in the data folder.'
        }),
        operatorKeyFile: Type.Optional(
          Type.String({
            description: "An operator's private JWK: signs the bus's key and the schemas of this release."
          })
        ),
        busKeyFile: Type.Optional(
          Type.String({
            description:
              'The private JWK receipts are signed with, the same for all processes; absent: one made in the data folder.'
          })
        )
      },
      { additionalProperties: false, default: {} }
    ),
    log: Type.Object(
      {
        level: Type.Union(
          [
            Type.Literal('silent'),
            Type.Literal('error'),
            Type.Literal('warn'),
            Type.Literal('info'),
            Type.Literal('debug')
          ],
          { default: 'info' }
        )
      },
      { additionalProperties: false, default: {} }
    ),
    telemetry: Type.Unsafe<Static<typeof TelemetryConfig>>({ ...TelemetryConfig, default: {} }),
    connectors: Type.Array(ConnectorInstance, { default: [], description: 'Connector instances to run.' })
  },
  { additionalProperties: false }
)
export type Config = Static<typeof Config>
export type ConnectorInstance = Static<typeof ConnectorInstance>
