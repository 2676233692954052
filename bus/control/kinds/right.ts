import Type from 'typebox'
import { type ControlState, type RightEntry, rightOf } from '../control-state.ts'
import { conflictIf, defineAct, invalid, type OnResource } from '../define-act.ts'
import { EventType } from './members.ts'
import { liveSystem, systemResource } from './system.ts'

const Recipients = Type.Union([Type.Literal('*'), Type.Literal('agreements')])

export const rightActs = {
  'right.granted': defineAct({
    shape: { resource: systemResource, type: EventType, recipients: Recipients },
    check(state, act) {
      const { type, recipients } = act
      if (recipients === '*' && !type.startsWith('document.')) invalid(act, 'act-right-too-wide', type)
      const right = rightOf(liveSystem(state, act), type, state.lastAct)
      conflictIf(right !== undefined, act, 'act-already-so')
    },
    apply(state, act, { number: from }) {
      const { type, recipients } = act
      liveSystem(state, act).rights.push({ type, recipients, span: { from, to: undefined } })
    }
  }),
  'right.withdrawn': defineAct({
    shape: { resource: systemResource, type: EventType },
    check: rightIn,
    apply(state, act, { number }) {
      rightIn(state, act).span.to = number
    }
  })
}

function rightIn(state: ControlState, act: OnResource & { readonly type: string }): RightEntry {
  const right = rightOf(liveSystem(state, act), act.type, state.lastAct)
  return right ?? invalid(act, 'act-right-unknown', act.type)
}
