import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ActivityNotes } from '#consumers/activity/read.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { addressKey } from '../limits/caller-address.ts'
import type { Refusals } from './refusals.ts'

export interface RefusalNotesOptions {
  readonly refusals: Pick<Refusals, 'note'>
  readonly activityNotes: Pick<ActivityNotes, 'note'>
}

/** Of one answer, this many problems are kept: a batch may have 500. */
const keptOfOne = 20

/** Notes why requests are refused, when their answers are about to be sent. */
export function addRefusalNotes(app: FastifyInstance, options: RefusalNotesOptions): void {
  app.addHook('onSend', (request, _reply, payload, done) => {
    for (const error of request.refusedFor?.slice(0, keptOfOne) ?? []) noteRefusal(options, request, error)
    done(null, payload)
  })
}

/** Notes why a request is refused. */
export function noteRefusal(
  { refusals, activityNotes }: RefusalNotesOptions,
  request: FastifyRequest,
  error: unknown
): void {
  const { traceId, caller, signer, who, method, routeOptions, raw, body } = request
  const system = caller?.system ?? signer
  if (signer !== undefined && !request.isReplay) activityNotes.note(signer, 'refused') // Of a person, no system was.
  refusals.note({
    traceId,
    error,
    who: who || addressKey(raw.socket),
    route: `${method} ${routeOptions.url ?? 'none'}`,
    token: routeOptions.config?.token ?? 'none',
    hasCaller: caller !== undefined && caller !== null,
    hasBody: body !== undefined && body !== null,
    ...(system === undefined ? {} : { caller: { system, agency: caller?.agency ?? agencyOf(system) } })
  })
}
