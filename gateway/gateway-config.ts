import Type, { type Static } from 'typebox'
import { listenHost, publicAddress } from '#protocol/events/address.ts'
import { LimitsConfig } from './limits/limits-config.ts'

/** `gateway:` in lienthong.yaml. */
export const GatewayConfig = Type.Object(
  {
    host: Type.String({ ...listenHost, default: '127.0.0.1', description: 'Address to listen on.' }),
    port: Type.Integer({
      default: 8080,
      minimum: 0,
      maximum: 65_535,
      description: 'Port to listen on; 0 picks a free one.'
    }),
    publicUrl: Type.Optional(
      Type.String({
        ...publicAddress,
        description:
          'Address of the gateway as agencies use it, with a path if its host is shared, without a slash at the end; `aud` of their tokens must be exactly this. Default: http://127.0.0.1:<port>, or with `gateway.host` if that is one address.'
      })
    ),
    tls: Type.Optional(
      Type.Object(
        {
          certFile: Type.String({
            description: 'PEM file of the certificate chain; read again when it changes.'
          }),
          keyFile: Type.String({ description: 'PEM file of its private key; read again when it changes.' })
        },
        {
          additionalProperties: false,
          description:
            'Serve HTTPS. Without it the gateway serves HTTP: let it listen on loopback only, or behind a proxy that terminates TLS.'
        }
      )
    ),
    openRegistry: Type.Boolean({
      default: false,
      description: 'Allow reading the schema registry, looking up schemas and comparing them without a token.'
    }),
    maxBodyBytes: Type.Integer({
      default: 1_048_576,
      minimum: 1024,
      maximum: 16_777_216,
      description: 'Largest request body, in bytes. Attachments have a limit of their own.'
    }),
    maxAttachmentBytes: Type.Integer({
      default: 2_147_483_648,
      minimum: 1024,
      description: 'Largest attachment, in bytes.'
    }),
    bodyTimeoutMs: Type.Integer({
      default: 20_000,
      minimum: 100,
      description:
        'Longest time for a request body to arrive; for an attachment, longest time without new bytes.'
    }),
    limits: LimitsConfig
  },
  { additionalProperties: false }
)
export type GatewayConfig = Static<typeof GatewayConfig>

/** `management:` in lienthong.yaml: health and metrics, on a separate port. */
export const ManagementConfig = Type.Object(
  {
    host: Type.String({ ...listenHost, default: '127.0.0.1', description: 'Address to listen on.' }),
    port: Type.Integer({
      default: 9090,
      minimum: 0,
      maximum: 65_535,
      description: 'Port to listen on; 0 picks a free one.'
    })
  },
  { additionalProperties: false }
)
export type ManagementConfig = Static<typeof ManagementConfig>
