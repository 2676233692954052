import Type, { type Static } from 'typebox'
import { hostAndPort } from '#protocol/events/address.ts'

const File = (description: string) => Type.Optional(Type.String({ description }))

/** `eventLog:` in lienthong.yaml when the log is in Apache Kafka. */
export const KafkaConfig = Type.Object(
  {
    brokers: Type.Array(Type.String({ ...hostAndPort }), {
      minItems: 1,
      description: 'Addresses of some of the brokers, host:port; the client learns the others from them.'
    }),
    clientId: Type.String({
      default: 'lienthong',
      description: 'Name of this client in the logs of the brokers.'
    }),
    namespace: Type.String({
      default: '',
      pattern: '^([a-z0-9.-]{1,64}\\.)?$',
      description:
        'Prefix of every topic and group, ending in a full stop; lets several buses share a cluster.'
    }),
    partitions: Type.Integer({
      default: 6,
      minimum: 1,
      maximum: 100,
      description:
        'Number of partitions of each topic. Never change it once topics exist: it keeps the events of a case in order.'
    }),
    replication: Type.Integer({
      default: 3,
      minimum: 1,
      maximum: 9,
      description:
        'Copies of each partition. With fewer than 3, the loss of a broker may lose acknowledged events.'
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
      description: 'How long Kafka keeps records, in days. The archive keeps events anyway.'
    }),
    compression: Type.Union([Type.Literal('none'), Type.Literal('gzip'), Type.Literal('zstd')], {
      default: 'zstd',
      description: 'Compression of the records sent.'
    }),
    tls: Type.Optional(
      Type.Object(
        {
          caFile: File(
            'PEM file of the certificate authorities that sign the brokers; default: those Node trusts.'
          ),
          certFile: File('PEM file of the client certificate, if the brokers require one.'),
          keyFile: File('PEM file of its private key.')
        },
        {
          additionalProperties: false,
          description: 'Use TLS. Certificates and host names are always verified.'
        }
      )
    ),
    sasl: Type.Optional(
      Type.Object(
        {
          mechanism: Type.Union([Type.Literal('scram-sha-256'), Type.Literal('scram-sha-512')], {
            description: 'How to sign in.'
          }),
          username: Type.String({ description: 'User of the brokers.' }),
          password: Type.Optional(
            Type.String({
              description: 'Password of the user; preferably from an environment variable.'
            })
          ),
          passwordFile: Type.Optional(
            Type.String({ description: 'File with the password, instead of `password`.' })
          )
        },
        { additionalProperties: false, description: 'Sign in with SCRAM.' }
      )
    )
  },
  { additionalProperties: false }
)
export type KafkaConfig = Static<typeof KafkaConfig>
