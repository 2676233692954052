import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false }

/** What is set for a server of mail, whatever it speaks. */
const server = {
  host: Type.String({ minLength: 1, description: 'Name or address of the server.' }),
  security: Type.Union([Type.Literal('tls'), Type.Literal('starttls'), Type.Literal('none')], {
    default: 'tls',
    description:
      '`tls` from the first byte; `starttls`: the connection fails where the server has no TLS; `none`: only within one machine.'
  }),
  serverName: Type.Optional(
    Type.String({ minLength: 1, description: 'Name in the certificate of the server. Default: `host`.' })
  ),
  authoritiesFile: Type.Optional(
    Type.String({ minLength: 1, description: 'PEM file of the authorities that the certificate may be of.' })
  ),
  user: Type.Optional(Type.String({ minLength: 1, description: 'User to log in as.' })),
  password: Type.Optional(
    Type.String({ minLength: 1, secret: true, description: 'Password, best taken from the environment.' })
  ),
  passwordFile: Type.Optional(
    Type.String({ minLength: 1, description: 'File with the password, read at each connect.' })
  ),
  timeoutMs: Type.Integer({
    default: 20_000,
    minimum: 100,
    maximum: 55_000,
    description: 'Longest wait for an answer.'
  }),
  allowPrivateAddresses: Type.Boolean({
    default: false,
    description: 'Whether the server may be in a private network, this machine included.'
  })
}

const Dkim = Type.Object(
  {
    domain: Type.String({ minLength: 1, description: 'Domain that signs, as in `d=`.' }),
    selector: Type.String({
      pattern: '^[A-Za-z0-9.-]{1,63}$',
      description: 'Name of the key in DNS, before `._domainkey`.'
    }),
    keyFile: Type.String({ minLength: 1, description: 'PEM file of the private key, read at each connect.' })
  },
  { ...closed, description: 'Sign mail (DKIM). Leave it out where the server signs.' }
)

const Smtp = Type.Object(
  {
    ...server,
    port: Type.Integer({ default: 465, minimum: 1, maximum: 65_535, description: 'Its port.' }),
    connections: Type.Integer({
      default: 4,
      minimum: 1,
      maximum: 32,
      description: 'Most connections at a time.'
    }),
    attachmentBytes: Type.Integer({
      default: 10_485_760,
      minimum: 0,
      maximum: 104_857_600,
      description:
        'Most bytes of files in one mail. Files that do not fit stay on the bus; the mail names them.'
    }),
    reports: Type.Boolean({
      default: true,
      description:
        'Whether the server is asked to report delivered mail, too (RFC 3461). Few servers of recipients do.'
    }),
    dkim: Type.Optional(Dkim)
  },
  { ...closed, description: 'Server that takes mail of the agency (submission).' }
)

const Copies = Type.Object(
  {
    folder: Type.String({
      default: 'INBOX',
      minLength: 1,
      description: 'Folder in which a copy of each sent mail is found.'
    }),
    address: Type.Optional(
      Type.String({
        minLength: 3,
        description:
          'Address of the mailbox, which is given a blind copy of each mail in the same transaction. Leave it out where the server keeps copies itself.'
      })
    ),
    waitSeconds: Type.Integer({
      default: 30,
      minimum: 1,
      maximum: 50,
      description:
        'After a crash or a broken connection: a mail whose copy has not come after so long was not sent, and is sent again.'
    })
  },
  {
    ...closed,
    description:
      'Copies of sent mail, which tell after a crash whether a mail was sent. Without them a person decides.'
  }
)

const Imap = Type.Object(
  {
    ...server,
    port: Type.Integer({ default: 993, minimum: 1, maximum: 65_535, description: 'Its port.' }),
    folder: Type.String({ default: 'INBOX', minLength: 1, description: 'Folder that is read.' }),
    maxBytes: Type.Integer({
      default: 10_485_760,
      minimum: 65_536,
      maximum: 52_428_800,
      description: 'Largest mail that is read whole. Of a larger one the text is, and its files stay behind.'
    }),
    unmatched: Type.Union([Type.Literal('leave'), Type.Literal('publish')], {
      default: 'leave',
      description:
        '`leave`: mail that answers no mail of this instance stays in the folder and is counted in the log; `publish`: it becomes an event that belongs to no notice.'
    }),
    copies: Type.Optional(Copies)
  },
  { ...closed, description: 'Mailbox that answers and failures come to.' }
)

const Documents = Type.Object(
  {
    to: Type.String({ minLength: 3, description: 'Address that they are sent to.' }),
    typeNames: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Names of the document types that are sent, such as `Công văn`. Default: all.'
    })
  },
  { ...closed, description: 'Send the documents that the agency receives to an address, too.' }
)

export const EmailSettings = Type.Object(
  {
    from: Type.String({ minLength: 3, description: 'Address of the sender.' }),
    fromName: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'Name of the sender.' })
    ),
    title: Type.String({
      default: 'Thông báo',
      minLength: 1,
      maxLength: 200,
      description: 'Subject of notices that have none.'
    }),
    plusAddress: Type.Boolean({
      default: false,
      description:
        'Whether answers and failures come to an address of their own for each mail (`name+…@domain`). The server of `from` must take such addresses.'
    }),
    smtp: Type.Optional(Smtp),
    imap: Type.Optional(Imap),
    documents: Type.Optional(Documents)
  },
  closed
)
export type EmailSettings = Static<typeof EmailSettings>
export type SmtpSettings = NonNullable<EmailSettings['smtp']>
export type ImapSettings = NonNullable<EmailSettings['imap']>
export type CopiesSettings = NonNullable<ImapSettings['copies']>
/** What both kinds of server have. */
export type ServerSettings = Pick<SmtpSettings, keyof typeof server>
