import type { FastifyPluginAsync } from 'fastify'
import { actSchemas } from '#bus/control/acts.ts'
import type { EventTypes } from '#bus/registry/event-types.ts'

export interface OpenApiOptions {
  readonly eventTypes: EventTypes
}

/** `GET /openapi.json`: the registered routes, and the payload of every event type. */
export const openApi: FastifyPluginAsync<OpenApiOptions> = async (app, { eventTypes }) => {
  app.get(
    '/openapi.json',
    { config: { token: 'none', rights: 'open' }, schema: { hide: true } },
    async () => {
      const document = app.swagger() as { readonly components?: { readonly schemas?: object } }
      const payloads = eventTypes.all().map(({ type, jsonSchema }) => [schemaName(type), jsonSchema])
      const acts = Object.entries(actSchemas).map(([kind, schema]) => [schemaName(`act.${kind}`), schema])
      return {
        ...document,
        components: {
          ...document.components,
          schemas: { ...document.components?.schemas, ...Object.fromEntries([...payloads, ...acts]) }
        }
      }
    }
  )
}

function schemaName(type: string): string {
  return type.replaceAll(/[^A-Za-z0-9._-]/g, '-')
}
