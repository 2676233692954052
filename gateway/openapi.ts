import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import Type from 'typebox'
import { completePaths } from './api-document/complete-document.ts'
import { tags } from './api-document/operations.ts'
import { documentRights } from './rights.ts'
import { ProblemSchema } from './routes/shapes.ts'
import { securitySchemes } from './security-schemes.ts'

export interface OpenApiDocumentOptions {
  readonly publicUrl: string
  /** Name of the cookie of a session. */
  readonly sessionCookie: string
}

interface Document {
  readonly paths: object
  readonly components: object
}

const RegistryError = Type.Object(
  {
    error_code: Type.Integer({ description: 'What is wrong, as a number of that API.' }),
    message: Type.String(),
    same: Type.Optional(
      Type.Integer({ description: 'Id of a registered schema that differs only in its spelling.' })
    )
  },
  { description: 'An error in the form of the Confluent Schema Registry API.' }
)

/** For `@fastify/swagger`: the whole document but the payloads of event types, which change at run time. */
export function openApiOptions({
  publicUrl,
  sessionCookie
}: OpenApiDocumentOptions): FastifyDynamicSwaggerOptions {
  const session = {
    type: 'apiKey' as const,
    in: 'cookie' as const,
    name: sessionCookie,
    description:
      'A person in the console. Requests must come from a page of this gateway; changes need the role operator.'
  }
  const csrf = {
    type: 'apiKey' as const,
    in: 'header' as const,
    name: 'x-csrf-token',
    description: 'The `csrf` of `GET /console/session`: with every change in a session of the console.'
  }
  return {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Liên Thông',
        version: '1',
        description:
          'An event bus for public authorities. The calling system makes and signs each token itself: a JWT with typ lienthong+jwt, valid for at most 300 s, whose audience is exactly the public URL of this gateway. Everything that is refused is answered with a problem document (RFC 9457) with a stable `code`; `/problems` explains each. Texts are in Vietnamese, or in English with `Accept-Language: en`.',
        contact: { name: 'Liên Thông', url: 'https://lienthong.dev' },
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }
      },
      servers: [{ url: publicUrl }],
      tags,
      components: {
        schemas: { Problem: ProblemSchema, RegistryError },
        securitySchemes: { ...securitySchemes, session, csrf }
      }
    } as FastifyDynamicSwaggerOptions['openapi'] & object,
    transform: documentRights,
    transformObject: (document) => {
      const { openapiObject } = document as { readonly openapiObject: Document }
      const { paths, responses } = completePaths(openapiObject.paths)
      return { ...openapiObject, paths, components: { ...openapiObject.components, responses } } as never
    }
  }
}
