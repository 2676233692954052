import type { FastifyRequest } from 'fastify'
import type { DeliveryActor } from '#connectors/host/acts.ts'

/** Who does the act of a request, with its evidence. */
export function actingAs({ caller, evidence: token }: FastifyRequest): DeliveryActor {
  const { agency, system, operator } = caller
  return {
    agency,
    system,
    operator,
    token,
    ...('session' in caller ? { person: caller.session.person } : {})
  }
}
