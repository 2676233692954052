import Type, { type Static } from 'typebox'
import { httpOrigin } from '#protocol/events/address.ts'

/** Attachments in S3, in lienthong.yaml. */
export const S3Config = Type.Object(
  {
    endpoint: Type.String({
      ...httpOrigin,
      description:
        'Address of the service, without a path. Use http://… only on a network that nobody else can read.',
      examples: ['https://s3.example.gov.vn']
    }),
    region: Type.String({ default: 'us-east-1', description: 'Region of the bucket.' }),
    bucket: Type.String({
      pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
      description:
        'Name of an existing bucket. Versioning must be off, so that deleted attachments are really deleted.'
    }),
    prefix: Type.String({
      default: '',
      pattern: '^([A-Za-z0-9_-][A-Za-z0-9._-]*/)*$',
      description: 'Prefix of every key, for example `lienthong/`. Two buses must not share a prefix.'
    }),
    accessKeyId: Type.String({ minLength: 1, description: 'Access key.' }),
    secretAccessKey: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Secret of the access key; preferably from an environment variable.'
      })
    ),
    secretAccessKeyFile: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'File with the secret, instead of `secretAccessKey`; read again while the bus runs.'
      })
    ),
    timeoutMs: Type.Integer({
      default: 30_000,
      minimum: 100,
      maximum: 600_000,
      description: 'Longest wait for an answer to begin, and for its next bytes.'
    })
  },
  { additionalProperties: false }
)
export type S3Config = Static<typeof S3Config>
