import type { FastifyPluginAsync } from 'fastify'
import Type from 'typebox'
import type { Flows } from '#consumers/flows/read.ts'
import { BusError } from '#protocol/errors/bus-error.ts'

export interface RebuildFlowsOptions {
  readonly flows: Pick<Flows, 'status' | 'rebuild'>
}

const Status = Type.Object({
  events: Type.Integer({ description: 'Events in the archive.' }),
  behind: Type.Integer({ description: 'Those that are not in the view yet.' }),
  rebuilding: Type.Optional(
    Type.Integer({ description: 'Events in the view that is being made beside it; absent if none is.' })
  )
})

/** `GET` and `POST /v1/views/flows`: how far the view of flows is, and having it made again from the archive. */
export const rebuildFlows: FastifyPluginAsync<RebuildFlowsOptions> = async (app, { flows }) => {
  const shape = { tags: ['flows'], response: { 200: Status } }
  app.get(
    '/v1/views/flows',
    {
      config: { token: 'plain', rights: 'registered' },
      schema: { ...shape, summary: 'How far the view of flows is', security: [{ plain: [] }] }
    },
    () => flows.status()
  )
  app.post(
    '/v1/views/flows',
    {
      config: { token: 'act', rights: 'operator' },
      schema: {
        ...shape,
        summary:
          'Make the view of flows again from the archive; the old one is searched until it is done. For operators.',
        security: [{ act: [] }]
      }
    },
    async ({ caller }) => {
      if (!caller.operator) throw new BusError('BUS_NOT_PERMITTED', 'views-of-operators')
      await flows.rebuild()
      return flows.status()
    }
  )
}
