import Type, { type Static } from 'typebox'
import { AlertsConfig } from '#bus/alerts/alert-config.ts'
import { ActLimits } from '#bus/control/act-quotas.ts'
import { FlowsConfig } from '#consumers/flows/flows-config.ts'
import { TelemetryConfig } from '#engines/telemetry/telemetry-config.ts'
import { GatewayConfig, ManagementConfig } from '#gateway/gateway-config.ts'
import { ConsoleConfig } from '#gateway/sessions/console-config.ts'
import { EnginesConfig } from './engines-config.ts'

/** The schema of lienthong.yaml. */
export const Config = Type.Object(
  {
    data: Type.Object(
      {
        folder: Type.String({
          default: 'var',
          description: 'Data folder: everything that the bus stores on one machine.'
        }),
        reserveMb: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 1_048_576,
            description:
              'Megabytes of disk space reserved for acts. With less free space, publishing and uploads are answered 503, so that a system can still be revoked. Attachments on another disk leave as much free there. Absent: 64, but at most a twentieth of the disk. Has no effect with Kafka and PostgreSQL.'
          })
        )
      },
      { additionalProperties: false, default: {} }
    ),
    ...EnginesConfig,
    gateway: Type.Unsafe<Static<typeof GatewayConfig>>({ ...GatewayConfig, default: {} }),
    publishing: Type.Object(
      {
        maxLagSeconds: Type.Integer({
          default: 30,
          minimum: 5,
          maximum: 86_400,
          description:
            'How long an accepted event may wait until it is in the inboxes, in seconds, counted from when a process first sees it in the log. If the projector is so far behind that it would wait longer, publishing is answered 503 until it has caught up; so is the publishing of an agency whose own events with many recipients are so late.'
        })
      },
      { additionalProperties: false, default: {} }
    ),
    console: Type.Unsafe<Static<typeof ConsoleConfig>>({ ...ConsoleConfig, default: {} }),
    management: Type.Unsafe<Static<typeof ManagementConfig>>({ ...ManagementConfig, default: {} }),
    trust: Type.Object(
      {
        operatorKeys: Type.Array(Type.Object({}, { additionalProperties: true }), {
          default: [],
          description:
            'Public JWKs of the operators, from which all trust starts. If empty, a key is created in the data folder at the first start.'
        }),
        operatorKeyFile: Type.Optional(
          Type.String({
            description:
              "File with an operator's private JWK. The bus signs the acts with it that announce its own key and the schemas of a release."
          })
        ),
        busKeyFile: Type.Optional(
          Type.String({
            description:
              'File with the private JWK that signs receipts; the same for all processes. Default: a key created in the data folder.'
          })
        )
      },
      { additionalProperties: false, default: {} }
    ),
    flows: Type.Unsafe<Static<typeof FlowsConfig>>({ ...FlowsConfig, default: {} }),
    acts: Type.Unsafe<Static<typeof ActLimits>>({ ...ActLimits, default: {} }),
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
          { default: 'info', description: 'Least severe level that is logged.' }
        )
      },
      { additionalProperties: false, default: {} }
    ),
    telemetry: Type.Unsafe<Static<typeof TelemetryConfig>>({ ...TelemetryConfig, default: {} }),
    alerts: Type.Unsafe<Static<typeof AlertsConfig>>({ ...AlertsConfig, default: {} }),
    connectors: Type.Array(Type.Unknown(), {
      default: [],
      description:
        'Connector instances to run; further ones in the files of the folder connectors.d beside this file. Their settings are checked one by one.'
    }),
    defaults: Type.Record(Type.String(), Type.Unknown(), {
      default: {},
      description: 'Settings of connector instances that do not have them, by kind.'
    }),
    connectorFolders: Type.Array(Type.String(), {
      default: [],
      description: 'Folders of further kinds of connectors, each with a folder of its name.'
    })
  },
  { additionalProperties: false }
)
export type Config = Static<typeof Config>
