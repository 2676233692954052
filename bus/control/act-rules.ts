import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'
import type { Act } from './acts.ts'
import { agencyOfSystem, type ControlState, holdsAt, type SystemEntry } from './control-state.ts'
import { checkRegistryAct, mayDoOnRegistry } from './registry-acts.ts'

/** Who does an act. `operator` from the configured operator keys or a system's role. */
export interface Actor {
  readonly system: string
  readonly agency: string
  readonly operator: boolean
}

/** What an act brings that must be unique or well-formed beyond its own shape. */
export interface ActFacts {
  /** RFC 7638 thumbprint of the key it brings. */
  readonly thumbprint?: string
  readonly kid?: string
}

/**
 * Refuses an act that its actor may not do (`BUS_NOT_PERMITTED`) or that does
 * not follow from the state: `BUS_ACT_CONFLICT` where another act came first,
 * `BUS_ACT_INVALID` where it never can be done.
 */
export function checkActRules(state: ControlState, act: Act, actor: Actor, facts: ActFacts): void {
  if (!mayDo(state, act, actor)) {
    throw new BusError('BUS_NOT_PERMITTED', 'act-not-permitted', {
      values: { act: act.act, resource: act.resource }
    })
  }
  const last = state.lastOn.get(act.resource) ?? null
  if (act.previous !== last) {
    throw new BusError('BUS_ACT_CONFLICT', 'act-previous-differs', {
      values: { resource: act.resource, expected: last ?? 'null' }
    })
  }
  checkFollows(state, act, actor, facts)
}

function mayDo(state: ControlState, act: Act, actor: Actor): boolean {
  if (actor.operator) return true
  switch (act.act) {
    case 'key.added':
    case 'key.retired':
      return act.resource === actor.system
    case 'agreement.drafted':
      return actor.agency === act.consumer || actor.agency === act.provider
    case 'agreement.suspended':
    case 'agreement.ended':
      return state.agreements.get(act.resource)?.provider === actor.agency
    case 'schema.registered':
    case 'schema.deleted':
    case 'registry-config.changed':
      return mayDoOnRegistry(state.registry, act, actor.agency)
    default:
      return false
  }
}

function checkFollows(state: ControlState, act: Act, actor: Actor, { thumbprint, kid }: ActFacts): void {
  const refuse = (fault: Fault, value: string): never => {
    throw new BusError('BUS_ACT_INVALID', fault, { values: { resource: act.resource, value } })
  }
  const openAgency = (code: string): void => {
    const agency = state.agencies.get(code)
    if (!agency) refuse('act-agency-unknown', code)
    else if (agency.open.to !== undefined) refuse('act-agency-closed', code)
  }
  const liveSystem = (): SystemEntry => {
    const system = state.systems.get(act.resource)
    if (system?.span.to === undefined && system) return system
    return refuse('act-resource-unknown', act.resource)
  }
  const conflict = (fault: Fault): never => {
    throw new BusError('BUS_ACT_CONFLICT', fault, { values: { resource: act.resource } })
  }
  switch (act.act) {
    case 'agency.added':
      if (state.agencies.has(act.resource.slice('/agencies/'.length))) conflict('act-resource-exists')
      if (act.parent !== undefined) openAgency(act.parent)
      break
    case 'agency.changed':
      openAgency(act.resource.slice('/agencies/'.length))
      if (act.parent !== undefined) openAgency(act.parent)
      break
    case 'agency.closed':
      openAgency(act.resource.slice('/agencies/'.length))
      if (act.successor !== undefined) openAgency(act.successor)
      break
    case 'system.added':
      if (state.systems.has(act.resource)) conflict('act-resource-exists')
      if (!act.resource.startsWith('/bus/')) openAgency(agencyOfSystem(act.resource))
      break
    case 'system.suspended':
      if (liveSystem().suspensions.some(({ to }) => to === undefined)) conflict('act-already-so')
      break
    case 'system.resumed':
      if (!liveSystem().suspensions.some(({ to }) => to === undefined)) conflict('act-already-so')
      break
    case 'system.revoked':
      liveSystem()
      break
    case 'key.added':
      if (liveSystem().keys.some((key) => key.kid === kid)) conflict('act-kid-used')
      if (thumbprint && state.thumbprints.has(thumbprint)) conflict('act-key-held')
      break
    case 'key.retired':
      if (!liveSystem().keys.some((key) => key.kid === act.kid && key.span.to === undefined)) {
        refuse('act-key-unknown', act.kid)
      }
      break
    case 'right.granted':
      if (act.recipients === '*' && !act.type.startsWith('document.')) refuse('act-right-too-wide', act.type)
      if (rightOf(liveSystem(), act.type, state.lastAct)) conflict('act-already-so')
      break
    case 'right.withdrawn':
      if (!rightOf(liveSystem(), act.type, state.lastAct)) refuse('act-right-unknown', act.type)
      break
    case 'agreement.drafted':
      if (state.agreements.has(act.resource)) conflict('act-resource-exists')
      openAgency(act.provider)
      openAgency(act.consumer)
      break
    case 'agreement.signed':
    case 'agreement.suspended':
    case 'agreement.resumed':
    case 'agreement.ended': {
      const agreement = state.agreements.get(act.resource)
      if (!agreement) return refuse('act-resource-unknown', act.resource)
      if (agreement.ended !== undefined) conflict('act-agreement-ended')
      const suspended = agreement.suspensions.some(({ to }) => to === undefined)
      if (act.act === 'agreement.signed' && agreement.signed) conflict('act-already-so')
      if (act.act === 'agreement.suspended' && suspended) conflict('act-already-so')
      if (act.act === 'agreement.resumed' && !suspended) conflict('act-already-so')
      break
    }
    case 'schema.registered':
    case 'schema.deleted':
    case 'registry-config.changed':
      checkRegistryAct(state.registry, act, ownerOf(actor))
      break
    case 'bus-key.added':
      if (state.busKeys.has(act.resource.slice('/bus/keys/'.length))) conflict('act-resource-exists')
      if (thumbprint && state.thumbprints.has(thumbprint)) conflict('act-key-held')
      break
  }
}

/** Whose a subject becomes that the actor registers. */
export function ownerOf({ operator, agency }: Actor): string {
  return operator ? '/bus' : agency
}

/** A system's right to publish a type, as of an act. */
export function rightOf(
  system: SystemEntry,
  type: string,
  act: number
): SystemEntry['rights'][number] | undefined {
  return system.rights.find((right) => right.type === type && holdsAt(right.span, act))
}
