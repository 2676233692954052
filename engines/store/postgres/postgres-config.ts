import Type, { type Static } from 'typebox'

/** Where PostgreSQL is and how it is talked to. */
export const PostgresConfig = Type.Object(
  {
    url: Type.String({
      pattern: '^postgres(ql)?://',
      description:
        'postgres://user@host:5432/database. Certificate and host name are checked; without TLS only where the host is this machine, or with ?sslmode=disable. A socket: postgres://user@localhost/database?host=/run/postgresql.'
    }),
    password: Type.Optional(Type.String({ description: 'Its password, best named from the environment.' })),
    passwordFile: Type.Optional(
      Type.String({ description: 'A file that holds the password; read again for each connection.' })
    ),
    caFile: Type.Optional(
      Type.String({
        description:
          'Certificates the server is trusted by, PEM, instead of the well-known ones; asks for TLS.'
      })
    ),
    certFile: Type.Optional(
      Type.String({ description: 'Certificate chain to sign in with, PEM; asks for TLS, and for `keyFile`.' })
    ),
    keyFile: Type.Optional(Type.String({ description: 'Its private key, PEM.' })),
    readConnections: Type.Integer({
      default: 8,
      minimum: 1,
      maximum: 100,
      description: 'Most connections a process reads by; those it writes and listens by are four more.'
    }),
    timeoutMs: Type.Integer({
      default: 2000,
      minimum: 500,
      maximum: 60_000,
      description:
        'How long PostgreSQL may leave a request unanswered before the caller is told to try again.'
    })
  },
  { additionalProperties: false }
)
export type PostgresConfig = Static<typeof PostgresConfig>
