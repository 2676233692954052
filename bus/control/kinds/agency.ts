import Type from 'typebox'
import { agencyCode, agencyOf } from '#protocol/events/event.ts'
import type { AgencyEntry, ControlState } from '../control-state.ts'
import { conflictIf, defineAct, invalid, type OnResource } from '../define-act.ts'
import { Code, Text } from './members.ts'

const resource = Type.String({ pattern: `^/agencies/${agencyCode}$`, maxLength: 64 })
const parent = Type.Optional(Code)
/** The other form of the code, if both are in use (QCVN 102 and Decision 20/2020). */
const otherCode = Type.Optional(Code)
const Day = Type.String({ format: 'date' })

export const agencyActs = {
  'agency.added': defineAct({
    shape: { resource, name: Text, parent, otherCode, validFrom: Type.Optional(Day) },
    check(state, act) {
      conflictIf(state.agencies.has(agencyOf(act.resource)), act, 'act-resource-exists')
      if (act.parent !== undefined) openAgency(state, act, act.parent)
    },
    apply(state, act, { number: from }) {
      const { name, parent, otherCode, validFrom } = act
      const open = { from, to: undefined }
      const agency = { code: agencyOf(act.resource), name, parent, otherCode, validFrom, open }
      state.agencies.set(agency.code, { ...agency, validTo: undefined, successor: undefined })
    }
  }),
  'agency.changed': defineAct({
    shape: { resource, name: Type.Optional(Text), parent, otherCode },
    check(state, act) {
      openAgency(state, act)
      if (act.parent !== undefined) openAgency(state, act, act.parent)
    },
    apply(state, act) {
      const agency = openAgency(state, act)
      agency.name = act.name ?? agency.name
      agency.parent = act.parent ?? agency.parent
      agency.otherCode = act.otherCode ?? agency.otherCode
    }
  }),
  'agency.closed': defineAct({
    shape: { resource, successor: Type.Optional(Code), validTo: Type.Optional(Day) },
    check(state, act) {
      openAgency(state, act)
      if (act.successor !== undefined) openAgency(state, act, act.successor)
    },
    apply(state, act, { number }) {
      const agency = openAgency(state, act)
      agency.open.to = number
      agency.successor = act.successor
      agency.validTo = act.validTo
    }
  })
}

/** The agency that an act is about, or another one that it names. */
export function openAgency(state: ControlState, act: OnResource, code = agencyOf(act.resource)): AgencyEntry {
  const agency = state.agencies.get(code)
  if (!agency) return invalid(act, 'act-agency-unknown', code)
  return agency.open.to === undefined ? agency : invalid(act, 'act-agency-closed', code)
}
