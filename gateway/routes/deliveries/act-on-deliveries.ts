import type { FastifyPluginAsync } from 'fastify'
import Type, { type Static } from 'typebox'
import type { ConnectorActs, DeliveryAct } from '#connectors/host/acts.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { compileCheck } from '#protocol/events/json-schema.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'
import { violationValues } from '#protocol/events/violation-text.ts'
import { actingAs } from '../acting-as.ts'
import { DeliveryStateSchema } from './delivery-shapes.ts'

export interface ActOnDeliveriesOptions {
  readonly connectorActs: Pick<ConnectorActs, 'deliveries'>
}

const Filter = Type.Object(
  {
    connector: Type.Optional(Type.String({ maxLength: 100 })),
    state: Type.Optional(DeliveryStateSchema),
    recipient: Type.Optional(Type.String({ maxLength: 35 })),
    sender: Type.Optional(Type.String({ maxLength: 35 })),
    subject: Type.Optional(Type.String({ maxLength: 256 }))
  },
  { additionalProperties: false }
)

export const Body = Type.Object(
  {
    act: Type.Union(
      [Type.Literal('release'), Type.Literal('retry'), Type.Literal('skip'), Type.Literal('settle')],
      {
        description:
          'release: try a dead one again. retry: try one that waits for its time now. skip: give an open one up, with a reason. settle: say of one in doubt whether it was done.'
      }
    ),
    as: Type.Optional(Type.Union([Type.Literal('done'), Type.Literal('not-done')])),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
    deliveries: Type.Optional(
      Type.Array(
        Type.Object(
          { connector: Type.String({ maxLength: 100 }), event: Type.String({ pattern: '^[0-9a-f]{64}$' }) },
          { additionalProperties: false }
        ),
        { minItems: 1, maxItems: 200, description: 'All of them, or none.' }
      )
    ),
    filter: Type.Optional(Filter),
    dryRun: Type.Optional(Type.Boolean({ description: 'Only counts what the filter names.' })),
    count: Type.Optional(
      Type.Integer({ minimum: 0, description: 'What the dry run counted; required with a filter.' })
    )
  },
  { additionalProperties: false }
)
export type Body = Static<typeof Body>

const Done = Type.Object({
  count: Type.Integer({ description: 'Deliveries acted on; in a dry run, those it would apply to.' })
})

const invalid = (member: string, problem: string, problemVi: string): BusError =>
  new BusError('BUS_ACT_INVALID', 'delivery-act-invalid', { values: { member, problem, problemVi } })

const checkBody = compileCheck<Body>(
  Body,
  (violation) =>
    new BusError('BUS_ACT_INVALID', 'delivery-act-invalid', { values: { ...violationValues(violation) } })
)

/**
 * `POST /v1/deliveries`: an act on named deliveries, or on all that a filter names. Those must have been
 * counted by a dry run before.
 */
export const actOnDeliveries: FastifyPluginAsync<ActOnDeliveriesOptions> = async (
  app,
  { connectorActs: { deliveries } }
) => {
  app.post(
    '/v1/deliveries',
    {
      config: { token: 'act', session: true, rights: 'own-or-operator' },
      schema: {
        summary: 'Release, retry, skip or settle deliveries, with a token bound to the body',
        tags: ['deliveries'],
        security: [{ act: [] }],
        response: { 200: Done }
      }
    },
    async (request) => {
      const asked = checkBody(parseStrictJson(request.body as Buffer))
      const act = actOf(asked)
      const actor = actingAs(request)
      const { deliveries: names, filter, dryRun = false, count } = asked
      if (names && !filter) {
        if (dryRun) throw invalid('/dryRun', 'is for acts with a filter', 'chỉ dùng cho thao tác có filter')
        return { count: await deliveries.perform(actor, act, names) }
      }
      if (!filter || names)
        throw invalid(
          '/deliveries',
          'or /filter must be given, and not both',
          'hoặc /filter: phải có đúng một trong hai'
        )
      if (dryRun) return { count: await deliveries.count(actor, act, filter) }
      if (count === undefined) {
        throw invalid(
          '/count',
          'must be what a dry run with the same filter returned',
          'phải là số mà lần chạy thử (dryRun) cùng filter trả về'
        )
      }
      return { count: await deliveries.performAll(actor, act, { ...filter, expected: count }) }
    }
  )
}

function actOf({ act, as, reason }: Body): DeliveryAct {
  const why = reason === undefined ? {} : { reason }
  if (act !== 'settle' && as !== undefined) throw invalid('/as', 'is for settle', 'chỉ dùng cho settle')
  switch (act) {
    case 'settle':
      if (as === undefined) throw invalid('/as', 'must be done or not-done', 'phải là done hoặc not-done')
      return { act, as, ...why }
    case 'skip':
      if (reason === undefined)
        throw invalid(
          '/reason',
          'must say why the deliveries are given up',
          'phải ghi lý do bỏ các lượt chuyển'
        )
      return { act, reason }
    default:
      return { act, ...why }
  }
}
