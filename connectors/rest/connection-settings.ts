import Type, { type TObject, type TProperties } from 'typebox'

export const closed = { additionalProperties: false }

/** An object whose members have defaults, so that it may be left out. */
function optionalObject<T extends TProperties>(properties: T, description: string): TObject<T> {
  return Type.Object(properties, { ...closed, default: {}, description })
}

export const Secret = {
  secret: Type.Optional(
    Type.String({ minLength: 1, secret: true, description: 'The secret, best taken from the environment.' })
  ),
  secretFile: Type.Optional(Type.String({ description: 'File with the secret; read again at each connect.' }))
}

export const Auth = optionalObject(
  {
    kind: Type.Union(
      [Type.Literal('none'), Type.Literal('apiKey'), Type.Literal('basic'), Type.Literal('oauth2')],
      {
        default: 'none',
        description:
          'How requests are authenticated: not at all, with a key in a header, with user and password, or with an OAuth 2 access token (client credentials).'
      }
    ),
    ...Secret,
    header: Type.String({
      default: 'X-API-Key',
      pattern: '^[A-Za-z0-9-]{1,64}$',
      description: 'For `apiKey`: the header that carries the secret.'
    }),
    user: Type.Optional(Type.String({ description: 'For `basic` the user; for `oauth2` the client id.' })),
    tokenUrl: Type.Optional(
      Type.String({ format: 'uri', description: 'For `oauth2`: where tokens are fetched.' })
    ),
    scope: Type.Optional(Type.String({ description: 'For `oauth2`: the scope asked for.' })),
    audience: Type.Optional(Type.String({ description: 'For `oauth2`: the audience asked for.' })),
    secretIn: Type.Union([Type.Literal('header'), Type.Literal('body')], {
      default: 'header',
      description:
        'For `oauth2`: whether client id and secret are sent as basic authentication or in the form.'
    })
  },
  'How requests are authenticated. The secret is a key, a password or a client secret.'
)

export const Tls = optionalObject(
  {
    authoritiesFile: Type.Optional(
      Type.String({
        description: 'PEM file of the certificate authorities to trust; default: those of Node.'
      })
    ),
    certificateFile: Type.Optional(
      Type.String({ description: 'PEM file with the client certificate for mutual TLS.' })
    ),
    keyFile: Type.Optional(Type.String({ description: 'PEM file with its private key.' }))
  },
  'Certificates.'
)
