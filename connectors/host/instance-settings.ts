import Type, { type Static } from 'typebox'
import { issuerGrammar } from '#protocol/trust/token.ts'

export const durationPattern = '^[1-9][0-9]{0,5}(?:ms|s|m|h)$'
/** What the gateway serves itself, by the first part of the path. */
const ownPaths = String.raw`v1|console|registry|problems|metrics|livez|readyz|openapi\.json|asyncapi\.json|\.well-known`
const Name = '^[a-z0-9-]{1,64}$'

/** Settings that every kind of connector has. */
export const InstanceSettings = Type.Object(
  {
    name: Type.String({ pattern: Name, description: 'Name of the instance; unique.' }),
    kind: Type.String({
      pattern: '^[a-z0-9-]{1,32}$',
      description:
        'Kind of connector: the name of its folder under connectors/ or in one of connectorFolders.'
    }),
    system: Type.String({
      pattern: issuerGrammar.source,
      title: 'a system, such as /agencies/000.00.91.H03/systems/qlvb',
      description:
        'System that the instance acts as, /agencies/<code>/systems/<name>: it reads the inbox of its agency and publishes as this system.'
    }),
    keyFile: Type.Optional(Type.String({ description: "File with the system's private JWK." })),
    keyFiles: Type.Array(Type.String(), {
      default: [],
      description:
        'Further files with private JWKs of the system: the key that was registered last and is valid signs. For a change of keys.'
    }),
    every: Type.Optional(
      Type.String({
        pattern: durationPattern,
        description: 'Interval of polling, such as 30s or 5m. Default: that of the kind, or 10s.'
      })
    ),
    ratePerSecond: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 10_000,
        description: 'Deliveries per second, over the instances of the rate group. Default: no limit.'
      })
    ),
    maxInFlight: Type.Integer({
      minimum: 1,
      maximum: 256,
      default: 8,
      description: 'Deliveries at the same time; those of one sender about one subject keep their order.'
    }),
    rateGroup: Type.Optional(
      Type.String({
        pattern: Name,
        description:
          'Instances that share an outside system share this name: they run in one process and do not deliver what another of them published. Default: the name of the instance.'
      })
    ),
    start: Type.Optional(
      Type.String({
        pattern: '^(?:now|beginning|\\d{4}-\\d{2}-\\d{2}T[0-9:.]+(?:Z|[+-]\\d{2}:\\d{2}))$',
        description:
          'Where a new instance begins: now, beginning, or an instant (RFC 3339). Default: it reads all that the outside has, and delivers what its agency receives from now on.'
      })
    ),
    formerNames: Type.Array(Type.String({ pattern: Name }), {
      default: [],
      description: 'Names that the instance had before: it goes on where it was under them.'
    }),
    quarantineDays: Type.Integer({
      minimum: 1,
      maximum: 3650,
      default: 90,
      description: 'Days for which the content of quarantined items is kept.'
    }),
    deliveryDays: Type.Integer({
      minimum: 1,
      maximum: 3650,
      default: 90,
      description: 'Days for which deliveries that have ended are listed; skipped ones stay.'
    }),
    receivePath: Type.Optional(
      Type.String({
        pattern: `^/(?!(?:${ownPaths})(?:/|$))[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+)*$`,
        description:
          'Path of the gateway under which the outside calls, outside /v1, in addition to /v1/connectors/<name>/receive. Default: none.'
      })
    ),
    network: Type.Object(
      {
        proxy: Type.Optional(
          Type.String({ format: 'uri', description: 'Proxy for requests to the outside.' })
        ),
        authoritiesFile: Type.Optional(
          Type.String({
            description: 'PEM file of certificate authorities trusted instead of the usual ones.'
          })
        ),
        timeoutMs: Type.Integer({
          minimum: 100,
          maximum: 120_000,
          default: 30_000,
          description: 'Longest time of a request to the outside, its answer included.'
        }),
        maxAnswerBytes: Type.Integer({
          minimum: 1024,
          maximum: 104_857_600,
          default: 16_777_216,
          description: 'Largest answer of the outside.'
        }),
        allowPlainHttp: Type.Boolean({ default: false, description: 'Allow servers without TLS.' }),
        allowPrivateAddresses: Type.Boolean({
          default: false,
          description:
            'Allow servers in private networks, this machine included. Reserved addresses are never called.'
        })
      },
      {
        additionalProperties: false,
        default: {},
        description: 'How kinds that use the `fetch` of the host reach the outside.'
      }
    ),
    settings: Type.Object(
      {},
      { additionalProperties: true, default: {}, description: 'Settings of this kind of connector.' }
    )
  },
  { additionalProperties: false }
)
export type InstanceSettings = Static<typeof InstanceSettings>

/** `30s` → 30000. The pattern was checked. */
export function durationMs(text: string): number {
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
  const number = Number.parseInt(text, 10)
  return number * (units[text.slice(String(number).length)] ?? 1)
}
