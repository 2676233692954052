import Type, { type Static } from 'typebox'

/** Settings of the PostgreSQL connection. */
export const PostgresConfig = Type.Object(
  {
    url: Type.String({
      pattern: '^postgres(ql)?://[!-~]+$',
      title: 'postgres://user@host:5432/database, without spaces and line breaks',
      description:
        'Address of the database: postgres://user@host:5432/database. TLS is used and the certificate verified, except if the host is this machine or with ?sslmode=disable. For a socket: postgres://user@localhost/database?host=/run/postgresql.'
    }),
    password: Type.Optional(
      Type.String({ description: 'Password of the user; preferably from an environment variable.' })
    ),
    passwordFile: Type.Optional(
      Type.String({
        description: 'File with the password, instead of `password`; read again for each connection.'
      })
    ),
    caFile: Type.Optional(
      Type.String({
        description:
          'PEM file of the certificate authorities that sign the server certificate, instead of the well-known ones; requires TLS.'
      })
    ),
    certFile: Type.Optional(
      Type.String({
        description: 'PEM file of the certificate chain to sign in with; requires TLS and `keyFile`.'
      })
    ),
    keyFile: Type.Optional(Type.String({ description: 'PEM file of its private key.' })),
    readConnections: Type.Integer({
      default: 8,
      minimum: 1,
      maximum: 100,
      description: 'Maximum number of reading connections per process; writing and listening use four more.'
    }),
    timeoutMs: Type.Integer({
      default: 2000,
      minimum: 500,
      maximum: 60_000,
      description:
        'Longest wait for an answer from PostgreSQL; after it the caller gets an error that says to try again.'
    })
  },
  { additionalProperties: false }
)
export type PostgresConfig = Static<typeof PostgresConfig>
