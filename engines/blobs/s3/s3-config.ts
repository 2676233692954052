import Type, { type Static } from 'typebox'

/** Attachments in S3, in lienthong.yaml. */
export const S3Config = Type.Object(
  {
    endpoint: Type.String({
      pattern: '^https?://[^/?#]+$',
      description: 'Address of the service, without a path: http://… only where nobody else can listen.',
      examples: ['https://s3.example.gov.vn']
    }),
    region: Type.String({ default: 'us-east-1', description: 'Region, as the service calls it.' }),
    bucket: Type.String({
      pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
      description: 'Bucket, made beforehand and without versioning: what is taken away is to be gone.'
    }),
    prefix: Type.String({
      default: '',
      pattern: '^([A-Za-z0-9_-][A-Za-z0-9._-]*/)*$',
      description: 'What every key begins with, such as `lienthong/`; two buses never share one.'
    }),
    accessKeyId: Type.String({ minLength: 1, description: 'Access key.' }),
    secretAccessKey: Type.Optional(
      Type.String({ minLength: 1, description: 'Its secret; best named by a variable of the environment.' })
    ),
    secretAccessKeyFile: Type.Optional(
      Type.String({ minLength: 1, description: 'Or a file with it; read again while running.' })
    ),
    timeoutMs: Type.Integer({
      default: 30_000,
      minimum: 100,
      maximum: 600_000,
      description: 'Longest wait for an answer, and for more bytes of one.'
    })
  },
  { additionalProperties: false }
)
export type S3Config = Static<typeof S3Config>
