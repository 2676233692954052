import Type, { type Static } from 'typebox'

/** `gateway:` in lienthong.yaml. */
export const GatewayConfig = Type.Object(
  {
    host: Type.String({ default: '127.0.0.1', description: 'Address to listen on.' }),
    port: Type.Integer({
      default: 8080,
      minimum: 0,
      maximum: 65_535,
      description: 'Its port; 0 picks a free one.'
    }),
    publicUrl: Type.Optional(
      Type.String({
        pattern: '^https?://[^/?#]+$',
        description:
          'The address agencies use, exactly as their tokens name it in `aud`, without a slash at the end; by default http://127.0.0.1:<port>.'
      })
    ),
    tls: Type.Optional(
      Type.Object(
        {
          certFile: Type.String({ description: 'Certificate chain, PEM; read again when it changes.' }),
          keyFile: Type.String({ description: 'Its private key, PEM; read again when it changes.' })
        },
        {
          additionalProperties: false,
          description:
            'Serve HTTPS itself. Without it the gateway speaks HTTP: keep it on loopback, or behind a proxy that ends TLS.'
        }
      )
    ),
    openRegistry: Type.Boolean({
      default: false,
      description:
        'Whether anyone may read the schema registry, look schemas up and compare them, without a token.'
    }),
    maxBodyBytes: Type.Integer({
      default: 1_048_576,
      minimum: 1024,
      maximum: 16_777_216,
      description: 'Largest request body accepted, in bytes; attachments have their own limit.'
    }),
    maxAttachmentBytes: Type.Integer({
      default: 2_147_483_648,
      minimum: 1024,
      description: 'Largest attachment accepted, in bytes.'
    }),
    bodyTimeoutMs: Type.Integer({
      default: 20_000,
      minimum: 100,
      description:
        'How long a request body may take to arrive; for an attachment, how long it may stand still.'
    })
  },
  { additionalProperties: false }
)
export type GatewayConfig = Static<typeof GatewayConfig>

/** `management:` in lienthong.yaml: health and metrics, on a port of their own. */
export const ManagementConfig = Type.Object(
  {
    host: Type.String({ default: '127.0.0.1', description: 'Address to listen on.' }),
    port: Type.Integer({
      default: 9090,
      minimum: 0,
      maximum: 65_535,
      description: 'Its port; 0 picks a free one.'
    })
  },
  { additionalProperties: false }
)
export type ManagementConfig = Static<typeof ManagementConfig>
