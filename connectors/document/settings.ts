import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false }
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

const Sftp = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 255, description: 'Name or address of the server.' }),
    port: Type.Integer({ default: 22, minimum: 1, maximum: 65_535, description: 'Its port.' }),
    user: Type.String({ minLength: 1, description: 'Account of the bus on the server.' }),
    hostKeys: Type.Array(Type.String({ pattern: '^SHA256:[A-Za-z0-9+/]{43}$' }), {
      minItems: 1,
      description:
        'Fingerprints of the server’s host keys, as `ssh-keygen -l` shows them: `SHA256:…`. To a server with another key the bus does not connect, and says which key it found.'
    }),
    privateKeyFile: Type.Optional(
      Type.String({ description: 'File with the private key of the bus. Read again at each connect.' })
    ),
    passphrase: Type.Optional(
      Type.String({
        minLength: 1,
        secret: true,
        description: 'Passphrase of the private key, best taken from the environment.'
      })
    ),
    password: Type.Optional(
      Type.String({
        minLength: 1,
        secret: true,
        description: 'Password, where there is no key; best taken from the environment.'
      })
    ),
    passwordFile: Type.Optional(
      Type.String({ description: 'File with the password. Read again at each connect.' })
    ),
    folder: Type.String({
      default: '.',
      minLength: 1,
      description: 'Folder on the server that contains `in`, `out`, `sent`, `refused` and `writing`.'
    }),
    quietSeconds: Type.Integer({
      default: 5,
      minimum: 1,
      maximum: 600,
      description: 'How long a package must not change before it is taken to be whole.'
    }),
    timeoutMs: Type.Integer({
      default: 20_000,
      minimum: 100,
      maximum: 120_000,
      description: 'Longest time until the server has answered one request, of at most 128 KiB.'
    }),
    allowPrivateAddresses: Type.Boolean({
      default: false,
      description:
        'Allow a server in a private network, this machine included. Reserved addresses are never connected to.'
    })
  },
  { ...closed, description: 'Exchange packages through folders on a server that is reached by SFTP.' }
)
export type SftpSettings = Static<typeof Sftp>

const sharedSecret = {
  secret: Type.Optional(
    Type.String({
      minLength: 1,
      secret: true,
      description: 'Secret shared with the other side, best taken from the environment.'
    })
  ),
  secretFile: Type.Optional(Type.String({ description: 'File with the secret; read again at each connect.' }))
}
const Agency = Type.Object(
  {
    code: Type.String({ minLength: 1, maxLength: 35, description: 'Its code.' }),
    name: Type.String({ minLength: 1, maxLength: 200, description: 'Its name.' }),
    mail: Type.Optional(Type.String({ maxLength: 100, description: 'Its address for mail.' }))
  },
  { ...closed, description: 'An agency.' }
)

const Axis = Type.Object(
  {
    endpoint: Type.String({
      format: 'uri',
      description: 'Address of the axis; operations are appended to it.'
    }),
    systemId: Type.String({
      pattern: '^[\\x21-\\x7e]{1,100}$',
      description: 'Code of the integration centre that the bus is on the axis.'
    }),
    ...sharedSecret,
    register: Type.Array(Agency, {
      default: [],
      description: 'Agencies of the bus to register on the axis, where it does not list them yet.'
    }),
    timeoutMs: Type.Integer({
      default: 60_000,
      minimum: 100,
      maximum: 600_000,
      description: 'Longest time until an answer has arrived in full.'
    }),
    proxy: Type.Optional(Type.String({ format: 'uri', description: 'HTTP proxy for all requests.' })),
    authoritiesFile: Type.Optional(
      Type.String({
        description: 'PEM file of the certificate authorities to trust; default: those of Node.'
      })
    ),
    allowPlainHttp: Type.Boolean({ default: false, description: 'Allow an axis without TLS.' }),
    allowPrivateAddresses: Type.Boolean({
      default: false,
      description:
        'Allow an axis in a private network, this machine included. Reserved addresses are never called.'
    })
  },
  {
    ...closed,
    description:
      'Ask a document axis for what the agency of the instance sent through it, and send the agency what the bus has for it.'
  }
)
export type AxisSettings = Static<typeof Axis>

const AxisServer = Type.Object(
  {
    systemId: Type.String({
      pattern: '^[\\x21-\\x7e]{1,100}$',
      description: 'SystemId that the document system is set up with.'
    }),
    ...sharedSecret,
    formerSecretFile: Type.Optional(
      Type.String({
        description: 'File with the secret before a change; accepted as well. If it is empty, there is none.'
      })
    ),
    maxAgeSeconds: Type.Integer({
      default: 900,
      minimum: 1,
      maximum: 2_592_000,
      description:
        'How far the timestamp of a request may be from the clock of the bus. Some clients of the axis sign with the time of their start: raise it for those.'
    }),
    agencies: Type.Array(Agency, {
      default: [],
      description: 'Agencies that the document system is told of, for its address book.'
    })
  },
  {
    ...closed,
    description:
      'Be the axis for a document system that speaks to one: it calls the bus at `/v1/connectors/<name>/receive`, or at the instance’s `receivePath`.'
  }
)
export type AxisServerSettings = Static<typeof AxisServer>

export const DocumentSettings = Type.Object(
  {
    folder: Type.Optional(
      Type.String({
        description:
          'Folder shared with the document system. Packages for the bus go into `in`, packages from the bus appear in `out`; packages read are moved to `sent`, unusable ones to `refused` with the reason.'
      })
    ),
    sftp: Type.Optional(Sftp),
    axis: Type.Optional(Axis),
    axisServer: Type.Optional(AxisServer),
    authorities: Type.Optional(
      Type.String({
        description:
          'PEM file of the certificate authorities that packages must be signed under to count as `valid`; default: none.'
      })
    ),
    holidays: Type.Array(Day, {
      default: [],
      description: 'Public holidays on weekdays, `YYYY-MM-DD`.'
    }),
    makeUpDays: Type.Array(Day, {
      default: [],
      description: 'Weekend days that are worked in exchange for a day off, `YYYY-MM-DD`.'
    })
  },
  closed
)
export type DocumentSettings = Static<typeof DocumentSettings>
