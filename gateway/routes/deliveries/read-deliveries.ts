import type { FastifyPluginAsync } from 'fastify'
import Type, { type Static } from 'typebox'
import type { ConnectorReads } from '#connectors/host/read.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { languageOf } from '#protocol/errors/problem.ts'
import type { Caller } from '../../plugins/authentication.ts'
import { maxLimit } from '../lookups/page.ts'
import {
  DeliveryDetailsSchema,
  DeliveryStateSchema,
  inLanguage,
  ListedDeliverySchema
} from './delivery-shapes.ts'

export interface ReadDeliveriesOptions {
  readonly connectorReads: Pick<ConnectorReads, 'deliveries'>
}

const Query = Type.Object(
  {
    connector: Type.Optional(Type.String({ maxLength: 100 })),
    state: Type.Optional(DeliveryStateSchema),
    recipient: Type.Optional(Type.String({ maxLength: 35 })),
    sender: Type.Optional(Type.String({ maxLength: 35 })),
    subject: Type.Optional(Type.String({ maxLength: 256 })),
    after: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,2}$' }))
  },
  { additionalProperties: false }
)
type Query = Static<typeof Query>

const Params = Type.Object(
  { connector: Type.String({ maxLength: 100 }), event: Type.String({ pattern: '^[0-9a-f]{64}$' }) },
  { additionalProperties: false }
)
type Params = Static<typeof Params>

const Page = Type.Object({ items: Type.Array(ListedDeliverySchema), next: Type.Optional(Type.String()) })

/** `GET /v1/deliveries` and `/v1/deliveries/{connector}/{event}`: what connectors deliver, have delivered, or cannot. */
export const readDeliveries: FastifyPluginAsync<ReadDeliveriesOptions> = async (
  app,
  { connectorReads: { deliveries } }
) => {
  /** An agency sees what is delivered to it, or what it sent if it asks for that. */
  const ownOf = (caller: Caller, filter: Omit<Query, 'after' | 'limit'>): Omit<Query, 'after' | 'limit'> => {
    const { agency } = caller
    if (caller.seesAll || filter.recipient === agency || filter.sender === agency) return filter
    if (filter.recipient === undefined) return { ...filter, recipient: agency }
    throw new BusError('BUS_NOT_PERMITTED', 'delivery-of-other', { values: { agency: filter.recipient } })
  }

  app.get<{ Querystring: Query }>(
    '/v1/deliveries',
    {
      config: { token: 'plain', rights: 'own-or-all' },
      schema: {
        summary:
          'Deliveries by connectors, oldest event first: those that are open, or those in a state. An agency sees those to itself, and with sender its own code those that it sent.',
        tags: ['deliveries'],
        security: [{ plain: [] }],
        querystring: Query,
        response: { 200: Page }
      }
    },
    async ({ caller, query, headers }, reply) => {
      const { after, limit = '100', ...filter } = query
      const page = await deliveries.list(ownOf(caller, filter), {
        limit: Math.min(Number(limit), maxLimit),
        ...(after === undefined ? {} : { after })
      })
      const language = languageOf(headers['accept-language'])
      if (page.next !== undefined) {
        const next = new URLSearchParams({ ...query, after: page.next })
        reply.header('link', `</v1/deliveries?${next}>; rel="next"`)
      }
      return { ...page, items: page.items.map((item) => inLanguage(item, language)) }
    }
  )

  app.get<{ Params: Params }>(
    '/v1/deliveries/:connector/:event',
    {
      config: { token: 'plain', rights: 'own-or-all' },
      schema: {
        summary: 'One delivery, with what people did to it',
        tags: ['deliveries'],
        security: [{ plain: [] }],
        params: Params,
        response: { 200: DeliveryDetailsSchema }
      }
    },
    async ({ caller, params, headers }) => {
      const found = await deliveries.find(params.connector, params.event)
      const seesActs = found?.recipient === caller.agency || caller.seesAll
      if (!found || !(seesActs || found.sender === caller.agency)) {
        throw new BusError('BUS_NOT_FOUND', 'not-found')
      }
      // Who acts for the recipient, and why, is not for the sender.
      const shown = seesActs ? found : { ...found, acts: [] }
      return inLanguage(shown, languageOf(headers['accept-language']))
    }
  )
}
