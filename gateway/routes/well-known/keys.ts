import type { FastifyPluginAsync } from 'fastify'
import Type from 'typebox'
import type { Control } from '#bus/control/control.ts'

export interface KeysOptions {
  readonly control: Control
}

const Jwks = Type.Object({ keys: Type.Array(Type.Object({}, { additionalProperties: true })) })

/** `GET /.well-known/jwks.json`: every key that the bus has signed receipts with, including past ones. */
export const keys: FastifyPluginAsync<KeysOptions> = async (app, { control }) => {
  app.get(
    '/.well-known/jwks.json',
    {
      config: { token: 'none', rights: 'open' },
      schema: { summary: "The bus's public keys (RFC 7517)", tags: ['trust'], response: { 200: Jwks } }
    },
    async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=60')
      return { keys: [...control.state.busKeys.values()].map(({ jwk }) => jwk) }
    }
  )
}
