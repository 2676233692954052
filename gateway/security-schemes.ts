const bearer = (description: string) => ({
  type: 'http' as const,
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description
})

/** The kinds of tokens, for OpenAPI and AsyncAPI. */
export const securitySchemes = {
  plain: bearer('For reading and uploading: only the standard claims.'),
  submission: bearer('For publishing: claim `events` is the RFC 6962 Merkle root over the events sent.'),
  act: bearer('For one act: claims `htm`, `htu` and `body`, the base64url SHA-256 of the request body.')
}
