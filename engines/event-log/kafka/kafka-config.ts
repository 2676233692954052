import Type, { type Static } from 'typebox'

const File = (description: string) => Type.Optional(Type.String({ description }))

/** `eventLog:` in lienthong.yaml, where the log is Apache Kafka. */
export const KafkaConfig = Type.Object(
  {
    brokers: Type.Array(Type.String({ pattern: '^[^:/]+:[0-9]{1,5}$' }), {
      minItems: 1,
      description: 'Some of the brokers, host:port; the others are learnt from them.'
    }),
    clientId: Type.String({
      default: 'lienthong',
      description: 'What brokers call this client in their logs.'
    }),
    namespace: Type.String({
      default: '',
      pattern: '^([a-z0-9.-]{1,64}\\.)?$',
      description:
        'Put before the name of every topic and group, with a full stop at its end: for several buses on one cluster.'
    }),
    partitions: Type.Integer({
      default: 6,
      minimum: 1,
      maximum: 100,
      description: 'Of each topic. Never changed once topics are made: the order within a case rests on it.'
    }),
    replication: Type.Integer({
      default: 3,
      minimum: 1,
      maximum: 9,
      description: 'Copies of each partition. Below 3 an acknowledged event may be lost with a broker.'
    }),
    minInSyncReplicas: Type.Integer({
      default: 2,
      minimum: 1,
      maximum: 9,
      description: 'Copies that must have a record before it is acknowledged.'
    }),
    retentionDays: Type.Integer({
      default: 30,
      minimum: 30,
      description: 'How long records stay; the archive keeps events whatever this is.'
    }),
    compression: Type.Union([Type.Literal('none'), Type.Literal('gzip'), Type.Literal('zstd')], {
      default: 'zstd',
      description: 'Of what is sent.'
    }),
    tls: Type.Optional(
      Type.Object(
        {
          caFile: File('Who signs the certificates of the brokers, PEM; absent: those Node trusts.'),
          certFile: File('Own certificate, PEM, where the brokers ask for one.'),
          keyFile: File('Its private key, PEM.')
        },
        { additionalProperties: false, description: 'Speak TLS. Names and certificates are always checked.' }
      )
    ),
    sasl: Type.Optional(
      Type.Object(
        {
          mechanism: Type.Union([Type.Literal('scram-sha-256'), Type.Literal('scram-sha-512')]),
          username: Type.String(),
          password: Type.Optional(
            Type.String({ description: 'Its password, best named from the environment.' })
          ),
          passwordFile: Type.Optional(Type.String({ description: 'Or a file that holds it.' }))
        },
        { additionalProperties: false, description: 'Log in with SCRAM.' }
      )
    )
  },
  { additionalProperties: false }
)
export type KafkaConfig = Static<typeof KafkaConfig>
