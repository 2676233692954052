import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'

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

/** The part of the OpenAPI document that does not come from routes. */
export function openApiInfo(
  publicUrl: string,
  sessionCookie: string
): NonNullable<FastifyDynamicSwaggerOptions['openapi']> {
  const session = {
    type: 'apiKey' as const,
    in: 'cookie' as const,
    name: sessionCookie,
    description:
      'A person in the console. Requests must come from a page of this gateway; changes carry the header `x-csrf-token` and need the role operator.'
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Liên Thông',
      version: '1',
      description:
        'Event-driven interoperability bus. The calling system makes and signs each token itself: a JWT with typ lienthong+jwt, valid for at most 300 s, whose audience is exactly the public URL of this gateway.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }
    },
    servers: [{ url: publicUrl }],
    components: { securitySchemes: { ...securitySchemes, session } }
  }
}
