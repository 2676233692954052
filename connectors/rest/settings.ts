import Type, { type Static } from 'typebox'
import { Auth, closed, Secret, Tls } from './connection-settings.ts'

const Expression = (description: string) => Type.String({ minLength: 1, maxLength: 65_536, description })
const Sample = (description: string) => Type.Unsafe<object>({ type: 'object', description })
/** Braces hold JSONata, in which spaces, `?` and `#` mean something else. */
const PathWithBraces = (description: string) =>
  Type.String({ pattern: '^/(?:[^?#\\s{}]|\\{[^{}]+\\})*$', maxLength: 2000, description })
const Path = (description: string) => Type.String({ pattern: '^/[^?#\\s]*$', maxLength: 2000, description })

/** How items of the outside become events. */
const Items = {
  items: Type.String({
    default: '$',
    description:
      'JSONata that finds the list of items in the body; default: the body is the list, or the only item.'
  }),
  id: Expression('JSONata that gives the id of an item, a text or a number.'),
  version: Type.Optional(
    Expression(
      'JSONata that gives the version of an item, such as the time of its last change. Absent: an item never changes. Each version becomes an event once.'
    )
  ),
  type: Type.String({ description: 'Event type that items become.' }),
  map: Expression(
    'JSONata that turns an item into `{ subject, data }`, and optionally `recipients`, `correlationid`, `causationid`, `senddeadline` and `extensions`. An item for which it gives nothing is passed over. `$agency` is the code of the agency.'
  ),
  sample: Sample('An item as the outside gives it. The expressions are tried with it at each start.')
}

const Poll = Type.Object(
  {
    path: Path('Path of the list, after `baseUrl`.'),
    query: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: 'Further parameters of the query. Take those that are secret from the environment.'
    }),
    cursor: Type.Object(
      {
        by: Type.Union([Type.Literal('id'), Type.Literal('time'), Type.Literal('page')], {
          description:
            'What the outside is asked for: items with a greater id, items changed since a time, or the page with a number.'
        }),
        parameter: Type.String({ minLength: 1, description: 'Parameter of the query that carries it.' }),
        value: Type.Optional(
          Type.String({
            description:
              'For `id` and `time`: JSONata that gives an item’s. Default for `id`: the expression `id`.'
          })
        ),
        first: Type.Optional(
          Type.String({
            description:
              'What is asked for first. Default: for `page` 1; for `time` where the instance starts; otherwise the parameter is left out.'
          })
        ),
        overlapSeconds: Type.Integer({
          default: 0,
          minimum: 0,
          maximum: 86_400,
          description:
            'For `time`: how far before the newest item the next poll starts, for items that appear late.'
        })
      },
      { ...closed, description: 'How a poll goes on after the one before.' }
    ),
    pageSize: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description:
          'Items of a full page: after one, the next is asked for at once. Default: 100. By `page`, this or `pageSizeParameter` is required.'
      })
    ),
    pageSizeParameter: Type.Optional(
      Type.String({ minLength: 1, description: 'Parameter of the query that carries it.' })
    ),
    ...Items
  },
  { ...closed, description: 'Ask the outside for new items.' }
)

const Status = Type.Integer({ minimum: 200, maximum: 599 })
const Headers = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$' }),
  Type.String({ pattern: '^[\\x20-\\x7e]*$' }),
  {
    default: {},
    description: 'Further headers. `connectors map` shows only their names: they may hold secrets.'
  }
)

const Delivery = Type.Object(
  {
    type: Type.String({ description: 'Event type that is delivered.' }),
    method: Type.Union(
      [Type.Literal('POST'), Type.Literal('PUT'), Type.Literal('PATCH'), Type.Literal('DELETE')],
      { default: 'POST', description: 'Method of the request.' }
    ),
    path: PathWithBraces(
      'Path after `baseUrl`, with JSONata in braces: `/dossiers/{data.dossierCode}`. Values are escaped.'
    ),
    headers: Headers,
    body: Expression(
      'JSONata that turns the event into the body. The input is the event with its attributes, `data` and `hash`. `$` sends the event as it is.'
    ),
    refused: Type.Array(Status, {
      default: [400, 405, 413, 415, 422],
      description: 'Statuses that mean that the outside will never take the event.'
    }),
    alreadyDone: Type.Array(Status, {
      default: [],
      description: 'Statuses that mean that the outside has the event already, such as 409.'
    }),
    created: Type.Optional(
      Expression(
        'JSONata that gives, from the answer, the id of what was made outside. Polling passes over items with such an id; with `createdVersion`, only in the version that was made.'
      )
    ),
    createdVersion: Type.Optional(
      Expression(
        'JSONata that gives, from the answer, the version of what was made, in the form that `poll.version` gives. Later versions are published.'
      )
    ),
    lookUp: Type.Optional(
      Type.Object(
        {
          path: PathWithBraces(
            'Path after `baseUrl`, as above, asked with GET. 404 means that the outside does not have the event.'
          ),
          query: Type.Record(Type.String(), Type.String({ maxLength: 2000 }), {
            default: {},
            description: "Parameters of the query, with JSONata in braces: `{ hash: '{hash}' }`."
          }),
          found: Type.Optional(
            Expression(
              'JSONata over the answer: `true` if the outside has the event, `false` or nothing if not. Anything else leaves the delivery in doubt; `$boolean(…)` makes a list or an id true. Default: it has.'
            )
          )
        },
        { ...closed, description: 'How to ask whether an event arrived whose delivery was cut off.' }
      )
    ),
    sample: Sample('Data of an event of this type. The expressions are tried with it at each start.')
  },
  { ...closed, description: 'A request for events of one type.' }
)

const Deliver = Type.Object(
  {
    repeatable: Type.Boolean({
      default: false,
      description:
        'Whether a delivery may be done twice without anybody noticing: the requests are idempotent, or the outside honours the idempotency header.'
    }),
    idempotencyHeader: Type.String({
      default: 'Idempotency-Key',
      pattern: '^[A-Za-z0-9-]{1,64}$',
      description: 'Header that carries the hash of the event, the same in each attempt.'
    }),
    requests: Type.Array(Delivery, { minItems: 1, description: 'One for each event type.' })
  },
  { ...closed, description: 'Send events to the outside.' }
)

const Receive = Type.Object(
  {
    ...Secret,
    formerSecretFile: Type.Optional(
      Type.String({
        description: 'File with the secret before a change; accepted as well. If it is empty, there is none.'
      })
    ),
    scheme: Type.Union(
      [Type.Literal('body'), Type.Literal('timestamp.body'), Type.Literal('standard-webhooks')],
      {
        default: 'body',
        description:
          'What the outside signs with HMAC: the body; the timestamp header, a dot and the body; or as Standard Webhooks define, with secrets `whsec_…`.'
      }
    ),
    algorithm: Type.Union([Type.Literal('sha256'), Type.Literal('sha512')], {
      default: 'sha256',
      description: 'Hash of the HMAC.'
    }),
    encoding: Type.Union([Type.Literal('hex'), Type.Literal('base64')], {
      default: 'hex',
      description: 'Form of the signature.'
    }),
    signatureHeader: Type.String({
      default: 'X-Signature',
      description: 'Header that carries the signature.'
    }),
    prefix: Type.String({ default: '', description: 'Text before the signature, such as `sha256=`.' }),
    timestampHeader: Type.String({
      default: 'X-Timestamp',
      description: 'Header with the seconds since 1970, for `timestamp.body`.'
    }),
    toleranceSeconds: Type.Integer({
      default: 300,
      minimum: 1,
      maximum: 3600,
      description: 'How far the timestamp may be from the clock of the bus.'
    }),
    passOverOwn: Type.Boolean({
      default: false,
      description:
        'Whether callbacks are passed over as polling does, by `created`. Only where both use the same ids.'
    }),
    ...Items
  },
  { ...closed, description: 'Take callbacks of the outside, signed with HMAC.' }
)

export const RestSettings = Type.Object(
  {
    baseUrl: Type.String({ format: 'uri', description: 'Address of the API; paths are appended to it.' }),
    auth: Auth,
    tls: Tls,
    headers: Headers,
    proxy: Type.Optional(
      Type.String({
        format: 'uri',
        description: 'HTTP proxy for all requests. With a password in it, take it from the environment.'
      })
    ),
    timeoutMs: Type.Integer({
      default: 10_000,
      minimum: 100,
      maximum: 120_000,
      description: 'Longest time until an answer has arrived in full.'
    }),
    maxAnswerBytes: Type.Integer({
      default: 10_485_760,
      minimum: 1024,
      maximum: 16_777_216,
      description: 'Largest answer.'
    }),
    allowPlainHttp: Type.Boolean({ default: false, description: 'Allow servers without TLS.' }),
    allowPrivateAddresses: Type.Boolean({
      default: false,
      description:
        'Allow servers in private networks, this machine included. Reserved addresses are never called.'
    }),
    checkPath: Type.Optional(
      Path('Path that `check` asks. Default: the path of `poll`, otherwise `baseUrl`.')
    ),
    poll: Type.Optional(Poll),
    deliver: Type.Optional(Deliver),
    receive: Type.Optional(Receive)
  },
  closed
)

export type RestSettings = Static<typeof RestSettings>
export type PollSettings = Static<typeof Poll>
export type DeliverSettings = Static<typeof Deliver>
export type DeliverySettings = Static<typeof Delivery>
export type LookUpSettings = NonNullable<DeliverySettings['lookUp']>
export type ReceiveSettings = Static<typeof Receive>
export type AuthSettings = Static<typeof Auth>
/** What polling and receiving have in common. */
export type ItemsSettings = Pick<PollSettings, 'items' | 'id' | 'version' | 'type' | 'map' | 'sample'>
