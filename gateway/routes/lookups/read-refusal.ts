import type { FastifyPluginAsync } from 'fastify'
import Type, { type Static } from 'typebox'
import { BusError } from '#protocol/errors/bus-error.ts'
import { catalogue, type ErrorCode } from '#protocol/errors/catalogue.ts'
import type { Language } from '#protocol/errors/faults.ts'
import { languageOf } from '#protocol/errors/problem.ts'
import { remedies } from '#protocol/errors/remedies.ts'
import {
  type KeptRefusal,
  passedChecks,
  type Refusals,
  refusalDays,
  refusalLimits
} from '../../refusals/refusals.ts'

export interface ReadRefusalOptions {
  readonly refusals: Refusals
}

const members = {
  traceId: Type.String(),
  at: Type.String({ format: 'date-time' }),
  code: Type.String({ description: 'Stable error code; /problems lists all.' }),
  status: Type.Integer(),
  title: Type.String(),
  detail: Type.String(),
  checksPassed: Type.Array(Type.String(), { description: 'The checks that it passed, in order.' }),
  check: Type.String({
    description: 'The check that failed; service: something that the bus needs failed, not the request.'
  }),
  caller: Type.Optional(
    Type.Object(
      { agency: Type.String(), system: Type.String() },
      { description: 'The system that sent it, if its signature was verified.' }
    )
  ),
  route: Type.String({ description: 'Method and address, as this document writes it.' }),
  remedy: Type.String({ description: 'What to do.' })
}

const Refusal = Type.Object({
  ...members,
  others: Type.Optional(
    Type.Array(Type.Object(members), {
      description: 'Other refusals with the same trace id, newest first; at most 19.'
    })
  )
})

const Params = Type.Object(
  { traceId: Type.String({ pattern: '^[0-9a-f]{32}$' }) },
  { additionalProperties: false }
)

/**
 * `GET /v1/refusals/{traceId}`: why a request was refused. Operators and auditors see all; an agency those of its
 * own systems, and so none whose sender is not known.
 */
export const readRefusal: FastifyPluginAsync<ReadRefusalOptions> = async (app, { refusals }) => {
  app.get<{ Params: Static<typeof Params> }>(
    '/v1/refusals/:traceId',
    {
      config: { token: 'plain', rights: 'own-or-all' },
      schema: {
        summary:
          'Why a request was refused, by the traceId of its problem; kept 30 days, without what was sent',
        tags: ['lookups'],
        security: [{ plain: [] }],
        params: Params,
        response: { 200: Refusal }
      }
    },
    async ({ caller, params, headers }) => {
      const reader = caller.seesAll ? {} : { agency: caller.agency }
      const [first, ...others] = await refusals.find(params.traceId, reader)
      if (!first) {
        const values = { days: refusalDays, limit: refusalLimits.perCaller }
        throw new BusError('BUS_NOT_FOUND', 'refusal-unknown', { values })
      }
      const language = languageOf(headers['accept-language'])
      const shown = others.map((other) => show(other, language))
      return { ...show(first, language), ...(shown.length === 0 ? {} : { others: shown }) }
    }
  )
}

function show(refusal: KeptRefusal, language: Language): Static<typeof Refusal> {
  const { traceId, at, failed, agency, system, route } = refusal
  const code = refusal.code as ErrorCode
  const { status, title, titleVi } = catalogue[code]
  return {
    traceId,
    at: new Date(at).toISOString(),
    code,
    status,
    title: language === 'vi' ? titleVi : title,
    detail: refusal[language],
    checksPassed: [...passedChecks(refusal)],
    check: failed,
    ...(system === null || agency === null ? {} : { caller: { agency, system } }),
    route,
    remedy: remedies[code][language]
  }
}
