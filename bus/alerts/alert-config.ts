import Type, { type Static } from 'typebox'
import { httpAddress } from '#protocol/events/address.ts'

const closed = { additionalProperties: false }
const mailAddress = {
  pattern: '^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+$',
  title: 'a mail address, such as van-hanh@example.gov.vn'
}

const Mail = Type.Object(
  {
    host: Type.String({ minLength: 1, description: 'Name or address of the mail server.' }),
    port: Type.Integer({ default: 465, minimum: 1, maximum: 65_535, description: 'Its port.' }),
    security: Type.Union([Type.Literal('tls'), Type.Literal('starttls'), Type.Literal('none')], {
      default: 'tls',
      description:
        '`tls` from the first byte; `starttls`: sending fails where the server has no TLS; `none`: only within one machine.'
    }),
    authoritiesFile: Type.Optional(
      Type.String({ description: 'PEM file of the authorities that its certificate may be of.' })
    ),
    user: Type.Optional(Type.String({ minLength: 1, description: 'User to log in as.' })),
    password: Type.Optional(
      Type.String({ minLength: 1, secret: true, description: 'Password, best taken from the environment.' })
    ),
    passwordFile: Type.Optional(
      Type.String({ description: 'File with the password, read for each message.' })
    ),
    from: Type.String({ ...mailAddress, description: 'Sender.' }),
    to: Type.Array(Type.String(mailAddress), {
      minItems: 1,
      maxItems: 50,
      description: 'Recipients; each sees the others.'
    })
  },
  { ...closed, description: 'Send by SMTP. A channel has either `mail` or `webhook`.' }
)

const Webhook = Type.Object(
  {
    url: Type.String({ ...httpAddress, description: 'Address that takes each message by POST.' }),
    plainHost: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Host that may be called without TLS; the host of `url`, if that begins with http://.'
      })
    ),
    secret: Type.Optional(
      Type.String({
        pattern: '^whsec_[A-Za-z0-9+/]{32,128}={0,2}$',
        title: 'whsec_ and a key of 24 to 64 bytes in base64',
        secret: true,
        description: 'Key that signs each message, best taken from the environment.'
      })
    ),
    secretFile: Type.Optional(Type.String({ description: 'File with that key, read for each message.' }))
  },
  {
    ...closed,
    description:
      'Send as JSON with the headers of Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.'
  }
)

const Channel = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'Name of the channel, once.' }),
    mail: Type.Optional(Mail),
    webhook: Type.Optional(Webhook),
    agencies: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        description:
          'Send only alerts about these agencies, their systems and connectors, so that an agency hears of its own. Absent: all alerts.'
      })
    ),
    exceptConnectors: Type.Array(Type.String(), {
      default: [],
      description:
        'Connector instances whose alerts are not sent here, since they need the same server: the others are to tell of them.'
    })
  },
  closed
)

const Change = Type.Object(
  {
    threshold: Type.Optional(Type.Number({ description: 'Another limit.' })),
    forMinutes: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 100_000, description: 'Another time for which it must be so.' })
    ),
    off: Type.Optional(Type.Boolean({ description: 'True: never alert.' }))
  },
  closed
)

/** `alerts:` in lienthong.yaml: whom the bus tells by itself when something needs a person. */
export const AlertsConfig = Type.Object(
  {
    language: Type.Union([Type.Literal('vi'), Type.Literal('en')], {
      default: 'vi',
      description: 'Language of the messages.'
    }),
    remindHours: Type.Integer({
      default: 24,
      minimum: 0,
      maximum: 720,
      description: 'Send a reminder of what is still so after this time; 0: none.'
    }),
    change: Type.Record(Type.String(), Change, {
      default: {},
      description: 'Other limits, by the name of the alert.'
    }),
    channels: Type.Array(Channel, { default: [], maxItems: 50, description: 'Where alerts are sent.' })
  },
  closed
)
export type AlertsConfig = Static<typeof AlertsConfig>
export type AlertChannel = Static<typeof Channel>
export type MailChannel = Static<typeof Mail>
export type WebhookChannel = Static<typeof Webhook>
