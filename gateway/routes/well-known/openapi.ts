import type { FastifyPluginAsync } from 'fastify'
import { actSchemas } from '#bus/control/acts.ts'
import type { EventTypes } from '#bus/registry/event-types.ts'

export interface OpenApiOptions {
  readonly eventTypes: EventTypes
  /** Components for events of these types, which refer to their payloads. */
  readonly newEventSchemas: (types: readonly string[]) => Readonly<Record<string, object>>
}

/** `GET /openapi.json`: the registered routes, and the payload of every event type. */
export const openApi: FastifyPluginAsync<OpenApiOptions> = async (app, { eventTypes, newEventSchemas }) => {
  app.get(
    '/openapi.json',
    {
      config: { token: 'none', rights: 'open' },
      schema: { summary: 'The API of this bus (OpenAPI 3.1)', tags: ['descriptions'] }
    },
    async () => {
      const document = app.swagger() as { readonly components?: { readonly schemas?: object } }
      const types = eventTypes.all()
      const payloads = types.map(({ type, jsonSchema }) => [type, jsonSchema])
      const acts = Object.entries(actSchemas).map(([kind, schema]) => [`act.${kind}`, schema])
      return {
        ...document,
        components: {
          ...document.components,
          schemas: {
            ...document.components?.schemas,
            ...newEventSchemas(types.map(({ type }) => type)),
            ...Object.fromEntries([...payloads, ...acts])
          }
        }
      }
    }
  )
}
