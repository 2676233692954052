import type { FastifyPluginAsync } from 'fastify'
import Type, { type Static } from 'typebox'
import type { ConnectorActs } from '#connectors/host/acts.ts'
import type { ConnectorReads } from '#connectors/host/read.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { languageOf } from '#protocol/errors/problem.ts'
import { compileCheck } from '#protocol/events/json-schema.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'
import { violationValues } from '#protocol/events/violation-text.ts'
import { actingAs } from '../acting-as.ts'

export interface ConnectorRoutesOptions {
  readonly connectorReads: Pick<ConnectorReads, 'instances'>
  readonly connectorActs: Pick<ConnectorActs, 'instances'>
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal
}

const Instant = Type.String({ format: 'date-time' })

const unknownReferences = {
  references: Type.Array(Type.String(), {
    description: 'At most 1,000, in the order of the outside system.'
  }),
  isMore: Type.Boolean({ description: 'There are more.' })
}

const Connector = Type.Object({
  name: Type.String(),
  kind: Type.String(),
  system: Type.Optional(Type.String()),
  agency: Type.Optional(Type.String()),
  state: Type.Union(
    [
      Type.Literal('connecting'),
      Type.Literal('running'),
      Type.Literal('failing'),
      Type.Literal('paused'),
      Type.Literal('misconfigured'),
      Type.Literal('lost')
    ],
    {
      description:
        'failing: the outside system is away; retried. lost: no process has reported it for a minute.'
    }
  ),
  since: Instant,
  reason: Type.Optional(Type.String()),
  pausedBy: Type.Optional(Type.String()),
  nextTry: Type.Optional(Instant),
  cursor: Type.Optional(Type.String({ description: 'Where the next poll goes on.' })),
  polled: Type.Optional(
    Type.String({ format: 'date-time', description: 'The last poll that brought something.' })
  ),
  undeliveredSince: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'When the oldest event that is not delivered was recorded.'
    })
  ),
  counts: Type.Object({
    toPublish: Type.Integer(),
    quarantined: Type.Integer(),
    waiting: Type.Integer({ description: 'Deliveries that wait, or are attempted now.' }),
    dead: Type.Integer(),
    inDoubt: Type.Integer()
  }),
  unknown: Type.Optional(
    Type.Object(
      { ...unknownReferences, at: Instant },
      {
        description:
          'While it is paused: references that the last check found in the outside system and that are not stored. They come in once it is resumed.'
      }
    )
  )
})

const Params = Type.Object({ name: Type.String({ maxLength: 100 }) }, { additionalProperties: false })

export const Body = Type.Object(
  {
    act: Type.Union(
      [
        Type.Literal('pause'),
        Type.Literal('resume'),
        Type.Literal('restart'),
        Type.Literal('check'),
        Type.Literal('reset'),
        Type.Literal('retry'),
        Type.Literal('reload')
      ],
      {
        description:
          'check: asks the outside system whether all is well, and while the connector is paused, what it has that is not stored. reset: the next poll goes on at `cursor`; what was stored before is not stored again. retry: quarantined items are read, or their events published, again. reload: every process reads the settings of all instances again; for operators, without `connector`.'
      }
    ),
    connector: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
    cursor: Type.Optional(
      Type.Union([Type.String({ maxLength: 65_536 }), Type.Null()], {
        description: 'null: at the beginning.'
      })
    ),
    items: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1 }), {
        minItems: 1,
        maxItems: 10_000,
        description: 'For retry: numbers of quarantined items, see /v1/quarantine.'
      })
    )
  },
  { additionalProperties: false }
)

const Done = Type.Object({
  result: Type.Union([Type.Literal('done'), Type.Literal('failed'), Type.Literal('pending')], {
    description: 'pending: recorded; the process that runs the connector does it when it can.'
  }),
  problem: Type.Optional(Type.String()),
  unknown: Type.Optional(
    Type.Object(unknownReferences, {
      description:
        'Of a check while the connector is paused: references in the outside system that are not stored.'
    })
  )
})

const invalid = (member: string, problem: string, problemVi: string): BusError =>
  new BusError('BUS_ACT_INVALID', 'connector-act-invalid', { values: { member, problem, problemVi } })

const checkBody = compileCheck<Static<typeof Body>>(
  Body,
  (violation) =>
    new BusError('BUS_ACT_INVALID', 'connector-act-invalid', { values: { ...violationValues(violation) } })
)

/** `/v1/connectors`: how the connector instances are, and acts on them. Operators for all, an agency for its own. */
export const connectorRoutes: FastifyPluginAsync<ConnectorRoutesOptions> = async (app, options) => {
  const { connectorReads, connectorActs, stopping } = options

  const perform = (
    { act, connector, cursor, items, reason }: Static<typeof Body>,
    actor: Parameters<ConnectorActs['instances']['perform']>[0]
  ): ReturnType<ConnectorActs['instances']['perform']> => {
    const { instances } = connectorActs
    if ((act === 'reload') !== (connector === undefined))
      throw invalid('/connector', 'is needed for every act but reload', 'phải có ở mọi thao tác trừ reload')
    if ((act === 'reset') !== (cursor !== undefined))
      throw invalid('/cursor', 'is needed for reset, and only there', 'phải có ở reset, và chỉ ở đó')
    if ((act === 'retry') !== (items !== undefined))
      throw invalid('/items', 'is needed for retry, and only there', 'phải có ở retry, và chỉ ở đó')
    const why = reason === undefined ? {} : { reason }
    if (act === 'reload' || connector === undefined) return instances.reload(actor, why, stopping)
    const more = { ...(cursor === undefined ? {} : { cursor }), ...(items ? { items } : {}) }
    return instances.perform(actor, { act, connector, ...why, ...more }, stopping)
  }

  app.get(
    '/v1/connectors',
    {
      config: { token: 'plain', rights: 'own-or-all' },
      schema: {
        summary: 'Connector instances of the calling agency; all for operators and auditors',
        tags: ['connectors'],
        security: [{ plain: [] }],
        response: { 200: Type.Object({ items: Type.Array(Connector) }) }
      }
    },
    async ({ caller }) => ({
      items: await connectorReads.instances.list(caller.seesAll ? {} : { agency: caller.agency })
    })
  )

  app.get<{ Params: Static<typeof Params> }>(
    '/v1/connectors/:name',
    {
      config: { token: 'plain', rights: 'own-or-all' },
      schema: {
        summary: 'One connector instance',
        tags: ['connectors'],
        security: [{ plain: [] }],
        params: Params,
        response: { 200: Connector }
      }
    },
    async ({ caller, params }) => {
      const found = await connectorReads.instances.find(params.name)
      if (!found || !(caller.seesAll || found.agency === caller.agency)) {
        throw new BusError('BUS_NOT_FOUND', 'not-found')
      }
      return found
    }
  )

  app.post(
    '/v1/connectors',
    {
      config: { token: 'act', session: true, rights: 'own-or-operator' },
      schema: {
        summary:
          'Pause, resume, restart, check or reset a connector instance, or retry quarantined items, with a token bound to the body',
        tags: ['connectors'],
        security: [{ act: [] }],
        response: { 200: Done }
      }
    },
    async (request) => {
      const { body, headers } = request
      const asked = checkBody(parseStrictJson(body as Buffer))
      const { isPending, problem, unknown } = await perform(asked, actingAs(request))
      if (isPending) return { result: 'pending' }
      if (!problem) return { result: 'done', ...(unknown ? { unknown } : {}) }
      return { result: 'failed', problem: problem[languageOf(headers['accept-language'])] }
    }
  )
}
