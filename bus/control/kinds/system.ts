import Type from 'typebox'
import { agencyCode, agencyOf } from '#protocol/events/event.ts'
import { type ControlState, endAll, isSuspended, type SystemEntry } from '../control-state.ts'
import { conflictIf, defineAct, invalid, type OnResource } from '../define-act.ts'
import { openAgency } from './agency.ts'
import { Text } from './members.ts'

export const systemResource = Type.String({
  pattern: `^/(?:agencies/${agencyCode}|bus)/systems/[a-z0-9-]{1,32}$`,
  maxLength: 128
})
const Role = Type.Union([Type.Literal('operator'), Type.Literal('auditor')])
const shape = { resource: systemResource, reason: Type.Optional(Text) }

export const systemActs = {
  'system.added': defineAct({
    shape: {
      resource: systemResource,
      name: Type.Optional(Text),
      roles: Type.Optional(Type.Array(Role, { uniqueItems: true })),
      /** May publish with a plain token; its events are marked as unsigned. */
      unsigned: Type.Optional(Type.Boolean()),
      /** The bus holds its private key, for one of its own connectors. */
      hosted: Type.Optional(Type.Boolean()),
      /** Reads only with tokens bound to one request (`htm`, `htu`, at most 60 s). */
      boundOnly: Type.Optional(Type.Boolean())
    },
    check(state, act) {
      const agency = agencyOf(act.resource)
      conflictIf(state.systems.has(act.resource), act, 'act-resource-exists')
      if (agency !== '/bus') openAgency(state, act, agency)
    },
    apply(state, act, { number: from }) {
      const { resource: id, name, roles = [], unsigned = false, hosted = false, boundOnly = false } = act
      const system = { id, agency: agencyOf(id), name, roles, unsigned, hosted, boundOnly }
      const span = { from, to: undefined }
      state.systems.set(id, { ...system, span, suspensions: [], keys: [], rights: [] })
    }
  }),
  'system.suspended': defineAct({
    shape,
    check: (state, act) => conflictIf(isSuspended(liveSystem(state, act)), act, 'act-already-so'),
    apply(state, act, { number }) {
      liveSystem(state, act).suspensions.push({ from: number, to: undefined })
    }
  }),
  'system.resumed': defineAct({
    shape,
    check: (state, act) => conflictIf(!isSuspended(liveSystem(state, act)), act, 'act-already-so'),
    apply: (state, act, { number }) => endAll(liveSystem(state, act).suspensions, number)
  }),
  'system.revoked': defineAct({
    shape,
    check: liveSystem,
    apply(state, act, { number }) {
      liveSystem(state, act).span.to = number
    }
  })
}

/** The system that an act is about; revoked systems are unknown. */
export function liveSystem(state: ControlState, act: OnResource): SystemEntry {
  const system = state.systems.get(act.resource)
  if (system?.span.to === undefined && system) return system
  return invalid(act, 'act-resource-unknown', act.resource)
}
