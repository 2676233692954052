import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false }

const Tls = Type.Object(
  {
    authoritiesFile: Type.Optional(
      Type.String({ description: 'PEM file of certificate authorities trusted instead of the usual ones.' })
    ),
    serverName: Type.Optional(
      Type.String({ description: 'Name in the certificate of the server. Default: the host of `url`.' })
    )
  },
  { ...closed, default: {}, description: 'How the certificate of the server is checked.' }
)

const PasswordHash = Type.Object(
  {
    memoryKiB: Type.Integer({
      default: 1024,
      minimum: 8,
      maximum: 1_048_576,
      description: 'Memory of Argon2id.'
    }),
    passes: Type.Integer({ default: 1, minimum: 1, maximum: 100, description: 'Passes of Argon2id.' })
  },
  {
    ...closed,
    default: {},
    description:
      'Cost of the hash of a first password. First passwords are too long to be guessed at any cost; raise it where a rule asks for it (7168 and 5 are the least of OWASP, and take about 30 ms of a core).'
  }
)

const Doveadm = Type.Object(
  {
    url: Type.String({
      format: 'uri',
      description:
        'Address of the HTTP interface of doveadm, such as `https://mail.example.vn:8080/doveadm/v1`.'
    }),
    apiKey: Type.String({
      minLength: 1,
      secret: true,
      description: 'Its `doveadm_api_key`, best taken from the environment.'
    })
  },
  { ...closed, description: 'Dovecot, which is asked to end the open sessions of locked accounts.' }
)

export const DirectorySettings = Type.Object(
  {
    url: Type.String({
      pattern: '^ldaps?://[^/?#@]+/?$',
      description: 'Address of the LDAP server: `ldaps://host` or `ldap://host:port`.'
    }),
    startTls: Type.Boolean({
      default: true,
      description: 'Whether a connection by `ldap://` changes to TLS.'
    }),
    tls: Tls,
    bindDn: Type.String({ minLength: 1, maxLength: 1000, description: 'DN that the bus signs in with.' }),
    password: Type.String({
      minLength: 1,
      secret: true,
      description: 'Its password, best taken from the environment.'
    }),
    peopleBase: Type.String({
      minLength: 1,
      maxLength: 1000,
      description: 'DN of the entry below which accounts are, such as `ou=people,dc=example,dc=vn`.'
    }),
    addressBase: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1000,
        description:
          'DN of the entry below which names and addresses must be free before somebody gets them: those of units and groups too. Default: the end of `peopleBase` with `dc=`.'
      })
    ),
    mailDomain: Type.String({
      pattern: '^[a-z0-9-]+(\\.[a-z0-9-]+)+$',
      maxLength: 190,
      description: 'Domain of the addresses.'
    }),
    addressTemplate: Type.String({
      default: '{given}.{initials}',
      maxLength: 100,
      description:
        'Name of a mailbox, from `{given}` (last word of the name), `{initials}` (first letters of the other words), `{family}` (first word), `{middle}` (words between), `{staffNumber}` and `{unit}`. Diacritics are left out; who comes later gets a number.'
    }),
    staffSystems: Type.Array(Type.String({ pattern: '^/agencies/[^/]+/systems/[^/]+$', maxLength: 300 }), {
      default: [],
      description:
        'Staff systems whose events count, such as `/agencies/000.00.91.H03/systems/staff`; all of them give one person the same number. Default: for each number the system that was the first to publish it.'
    }),
    reservedNames: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      default: [],
      description: 'Names that no account gets, in addition to those of RFC 2142, such as `postmaster`.'
    }),
    passwordFolder: Type.String({
      minLength: 1,
      description:
        'Folder that first passwords are handed out in: one file for each account, for the owner of the bus’s process alone.'
    }),
    passwordHash: PasswordHash,
    keepClosedDays: Type.Integer({
      default: 90,
      minimum: 0,
      maximum: 3650,
      description: 'How long a closed account is kept before `lienthong directory remove` lists it.'
    }),
    doveadm: Type.Optional(Doveadm),
    timeoutMs: Type.Integer({
      default: 10_000,
      minimum: 100,
      maximum: 60_000,
      description: 'Longest wait for an answer of the directory.'
    })
  },
  closed
)

export type DirectorySettings = Static<typeof DirectorySettings>
