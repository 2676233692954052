import type { FastifyPluginAsync } from 'fastify'
import type { EventTypes } from '#bus/registry/event-types.ts'
import { asyncApiDocument } from '../../asyncapi.ts'

export interface AsyncApiOptions {
  readonly publicUrl: string
  readonly eventTypes: EventTypes
}

/**
 * `GET /asyncapi.json`: every event type as a message to send and to receive, including types registered
 * while the bus runs.
 */
export const asyncApi: FastifyPluginAsync<AsyncApiOptions> = async (app, { publicUrl, eventTypes }) => {
  app.get(
    '/asyncapi.json',
    {
      config: { token: 'none', rights: 'open' },
      schema: { summary: 'The events of this bus (AsyncAPI 3.0)', tags: ['descriptions'] }
    },
    async () => asyncApiDocument(publicUrl, eventTypes.all())
  )
}
