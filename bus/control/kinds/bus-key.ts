import Type from 'typebox'
import { conflictIf, defineAct, type OnResource } from '../define-act.ts'
import { checkNobodyHolds, Key, keyIn } from './key.ts'

const resource = Type.String({ pattern: '^/bus/keys/[A-Za-z0-9_-]{1,64}$' })

export const busKeyActs = {
  'bus-key.added': defineAct({
    shape: { resource, key: Key },
    byRoot: true,
    check(state, act, context) {
      conflictIf(state.busKeys.has(kidIn(act)), act, 'act-resource-exists')
      checkNobodyHolds(state, act, context)
    },
    apply(state, act, { number, recordedAt, ...context }) {
      const { jwk, thumbprint } = keyIn(context)
      state.busKeys.set(kidIn(act), { kid: kidIn(act), jwk, act: number, recordedAt })
      state.thumbprints.set(thumbprint, act.resource)
    }
  })
}

function kidIn({ resource }: OnResource): string {
  return resource.slice('/bus/keys/'.length)
}
