import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'

const bearer = (description: string) => ({
  type: 'http' as const,
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description
})

/** The tokens there are, as OpenAPI and AsyncAPI both write them. */
export const securitySchemes = {
  plain: bearer('Reading and uploading: the standard claims only.'),
  submission: bearer('One submission: `events` is the RFC 6962 Merkle root over the events sent.'),
  act: bearer('One act: `htm`, `htu` and `body`, the base64url SHA-256 of the request body.')
}

/** The part of the OpenAPI document that no route tells. */
export function openApiInfo(publicUrl: string): NonNullable<FastifyDynamicSwaggerOptions['openapi']> {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Liên Thông',
      version: '1',
      description:
        'Event-driven interoperability bus. Every token is a JWT (typ lienthong+jwt) made and signed by the calling system itself, at most 300 s long, for this exact audience.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }
    },
    servers: [{ url: publicUrl }],
    components: { securitySchemes }
  }
}
