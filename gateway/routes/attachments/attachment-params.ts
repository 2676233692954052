import Type from 'typebox'

export const AttachmentParams = Type.Object(
  {
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the bytes, lower-case hex.' })
  },
  { additionalProperties: false }
)
