import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false }
const TimeOfDay = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' })
const Statuses = (values: readonly number[], description: string) =>
  Type.Array(Type.Integer({ minimum: 1, maximum: 0xffff_ffff }), { default: [...values], description })
const Octet = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: 0, maximum: 255, description })
const Ascii = (maxLength: number) => Type.String({ pattern: '^[\\x20-\\x7e]*$', maxLength })

export const SmsSettings = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 255, description: 'Host of the message centre (SMSC).' }),
    port: Type.Integer({ default: 2775, minimum: 1, maximum: 65_535, description: 'Its port.' }),
    tls: Type.Optional(
      Type.Object(
        {
          authoritiesFile: Type.Optional(
            Type.String({
              description: 'PEM file of certificate authorities trusted instead of the usual ones.'
            })
          ),
          serverName: Type.Optional(
            Type.String({ description: 'Name in the certificate of the centre. Default: `host`.' })
          )
        },
        { ...closed, description: 'Connect with TLS.' }
      )
    ),
    systemId: Type.String({
      ...{ pattern: '^[\\x20-\\x7e]+$', maxLength: 15 },
      description: 'system_id of the account at the operator.'
    }),
    password: Type.String({
      ...{ pattern: '^[\\x20-\\x7e]*$', maxLength: 64, secret: true },
      description:
        'Its password, best taken from the environment. SMPP 3.4 has 8 characters; some centres take more.'
    }),
    systemType: Type.String({
      ...Ascii(12),
      default: '',
      description: 'system_type, if the operator names one.'
    }),
    brandName: Type.String({
      description: 'Brand name (tên định danh) that messages come from, registered at the operator.'
    }),
    furtherBrandNames: Type.Array(Type.String(), {
      default: [],
      description: 'Further registered brand names that an event may name as its sender.'
    }),
    unaccented: Type.Boolean({
      default: true,
      description:
        'Whether messages are sent without diacritics: 160 characters fit into one, with diacritics 70.'
    }),
    maxParts: Type.Integer({
      ...{ default: 6, minimum: 1, maximum: 255 },
      description: 'Most messages that one notice may take; a longer one is refused.'
    }),
    longMessages: Type.Union([Type.Literal('header'), Type.Literal('payload')], {
      default: 'header',
      description:
        'How a long notice is sent: in parts that the phone joins by their headers, or whole in message_payload, for the centre to split.'
    }),
    validityHours: Type.Integer({
      ...{ default: 24, minimum: 0, maximum: 168 },
      description: 'How long the centre tries to reach a phone; 0: as long as the centre likes.'
    }),
    reports: Type.Boolean({ default: true, description: 'Whether delivery reports are asked for.' }),
    reportsUtcOffsetHours: Type.Integer({
      ...{ default: 7, minimum: -12, maximum: 14 },
      description: 'The clock of the centre, in hours ahead of UTC: the times in reports name no zone.'
    }),
    reference: Type.Boolean({
      default: true,
      description:
        'Whether user_message_reference is sent. A centre that gives it back in reports settles deliveries in doubt by it.'
    }),
    allowForeign: Type.Boolean({
      default: false,
      description: 'Whether numbers of other countries are taken.'
    }),
    quietHours: Type.Optional(
      Type.Object(
        {
          from: Type.Intersect([TimeOfDay], { description: 'Begin, `HH:MM` in Vietnam’s time.' }),
          to: Type.Intersect([TimeOfDay], { description: 'End; before `from`: on the next day.' })
        },
        { ...closed, description: 'Hours in which only urgent notices are sent; others wait for their end.' }
      )
    ),
    answers: Type.Object(
      {
        publish: Type.Boolean({
          default: true,
          description: 'Whether messages that people send become notification.answered.'
        }),
        withinHours: Type.Integer({
          ...{ default: 72, minimum: 1, maximum: 8760 },
          description:
            'A message answers the last notice to its number if that is not older; otherwise it is passed over.'
        }),
        codePattern: Type.Optional(
          Type.String({
            ...{ minLength: 1, maxLength: 200 },
            description:
              'Regular expression whose first group finds the code (notificationId) of a notice in the first 160 letters of a message, such as `^TL ([A-Z0-9-]+)`: the message answers that notice, whatever number it comes from.'
          })
        ),
        otherCodes: Type.Boolean({
          default: false,
          description:
            'Whether a code also counts that names no notice which the agency was given, for notices of other systems with the same account. Anybody can then answer about any code.'
        })
      },
      { ...closed, default: {}, description: 'Messages of people.' }
    ),
    window: Type.Integer({
      ...{ default: 10, minimum: 1, maximum: 1000 },
      description: 'Messages that are sent before the first of them is answered.'
    }),
    messagesPerSecond: Type.Optional(
      Type.Number({
        ...{ minimum: 1, maximum: 10_000 },
        description: 'Rate that the operator allows, each part of a notice counted. Default: no limit.'
      })
    ),
    throttledSeconds: Type.Integer({
      ...{ default: 5, minimum: 1, maximum: 3600 },
      description: 'Pause when the centre answers that it is given too much.'
    }),
    responseTimeoutMs: Type.Integer({
      ...{ default: 15_000, minimum: 100, maximum: 30_000 },
      description: 'Longest wait for an answer of the centre; then the connection is given up.'
    }),
    enquireSeconds: Type.Integer({
      ...{ default: 30, minimum: 1, maximum: 3600 },
      description: 'The connection is tried with enquire_link when nothing came for so long.'
    }),
    statuses: Type.Object(
      {
        later: Statuses([], 'command_status of a message that is not taken now.'),
        refused: Statuses([], 'command_status of a message that is never taken.'),
        doubtful: Statuses(
          [8],
          'command_status of a message that may have been taken: its delivery is in doubt, and not repeated.'
        )
      },
      {
        ...closed,
        default: {},
        description:
          'What answers of the centre mean, where they mean something else than SMPP 3.4 says. Statuses that are not known are tried again.'
      }
    ),
    sourceTon: Octet(5, 'Type of number of the brand name; 5: alphanumeric.'),
    sourceNpi: Octet(0, 'Its numbering plan.'),
    destinationTon: Octet(1, 'Type of number of telephone numbers; 1: international.'),
    destinationNpi: Octet(1, 'Their numbering plan; 1: E.164.'),
    serviceType: Type.String({
      ...Ascii(5),
      default: '',
      description: 'service_type, if the operator names one.'
    })
  },
  closed
)

export type SmsSettings = Static<typeof SmsSettings>
