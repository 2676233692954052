import type { FastifyPluginAsync } from 'fastify'
import Type, { type Static } from 'typebox'
import type { ConnectorReads, ShownQuarantined } from '#connectors/host/read.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Language } from '#protocol/errors/faults.ts'
import { languageOf } from '#protocol/errors/problem.ts'
import type { Caller } from '../../plugins/authentication.ts'
import { maxLimit } from '../lookups/page.ts'

export interface QuarantineRoutesOptions {
  readonly connectorReads: Pick<ConnectorReads, 'quarantine'>
}

const Quarantined = Type.Object({
  item: Type.Integer({ description: 'Number of the item, for acts.' }),
  connector: Type.String(),
  reference: Type.String({ description: 'What the outside system calls it.' }),
  code: Type.String(),
  reason: Type.String(),
  since: Type.String({ format: 'date-time' }),
  isKept: Type.Boolean({ description: 'Whether its content is still kept.' })
})

const Query = Type.Object(
  {
    connector: Type.Optional(Type.String({ maxLength: 100 })),
    after: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' })),
    limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,2}$' }))
  },
  { additionalProperties: false }
)
const Params = Type.Object(
  { item: Type.String({ pattern: '^[0-9]{1,15}$' }) },
  { additionalProperties: false }
)
const Page = Type.Object({ items: Type.Array(Quarantined), next: Type.Optional(Type.Integer()) })

/** `/v1/quarantine`: items of outside systems that cannot be used. Operators see all, an agency those of its own. */
export const quarantineRoutes: FastifyPluginAsync<QuarantineRoutesOptions> = async (
  app,
  { connectorReads }
) => {
  const ownOf = ({ seesAll, agency }: Caller): { readonly agency?: string } => (seesAll ? {} : { agency })

  app.get<{ Querystring: Static<typeof Query> }>(
    '/v1/quarantine',
    {
      config: { token: 'plain', rights: 'own-or-all' },
      schema: {
        summary:
          'Quarantined items of connectors, oldest first; those of the own agency, or all for operators',
        tags: ['connectors'],
        security: [{ plain: [] }],
        querystring: Query,
        response: { 200: Page }
      }
    },
    async ({ caller, query, headers }, reply) => {
      const { connector, after, limit = '100' } = query
      const page = await connectorReads.quarantine.list(
        { ...ownOf(caller), ...(connector === undefined ? {} : { connector }) },
        { limit: Math.min(Number(limit), maxLimit), ...(after === undefined ? {} : { after: Number(after) }) }
      )
      if (page.next !== undefined) {
        const next = new URLSearchParams({ ...query, after: String(page.next) })
        reply.header('link', `</v1/quarantine?${next}>; rel="next"`)
      }
      const language = languageOf(headers['accept-language'])
      return { ...page, items: page.items.map((item) => inLanguage(item, language)) }
    }
  )

  app.get<{ Params: Static<typeof Params> }>(
    '/v1/quarantine/:item',
    {
      config: { token: 'plain', rights: 'own-or-all' },
      schema: {
        summary: 'One quarantined item',
        tags: ['connectors'],
        security: [{ plain: [] }],
        params: Params,
        response: { 200: Quarantined }
      }
    },
    async ({ caller, params, headers }) => {
      const found = await connectorReads.quarantine.find(Number(params.item), ownOf(caller))
      if (!found) throw new BusError('BUS_NOT_FOUND', 'not-found')
      return inLanguage(found, languageOf(headers['accept-language']))
    }
  )
}

function inLanguage({ reason, ...item }: ShownQuarantined, language: Language) {
  return { ...item, reason: reason[language] }
}
