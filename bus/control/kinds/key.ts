import Type from 'typebox'
import type { ControlState, KeyEntry } from '../control-state.ts'
import { type ActContext, conflictIf, defineAct, invalid, type OnResource } from '../define-act.ts'
import { validity, validityOf } from './members.ts'
import { liveSystem, systemResource } from './system.ts'

/** A public JWK. Its content is checked for every kind with this member, before the kind's own rules. */
export const Key = Type.Object({}, { additionalProperties: true })

export const keyActs = {
  'key.added': defineAct({
    shape: { resource: systemResource, key: Key, ...validity },
    checkNew: (_state, act, { key, rootThumbprints }) =>
      conflictIf(rootThumbprints.has(key?.thumbprint ?? ''), act, 'act-key-held'),
    mayDo: (_state, { resource }, { system }) => resource === system,
    check(state, act, context) {
      const { jwk } = keyIn(context)
      const isUsed = liveSystem(state, act).keys.some(({ kid }) => kid === jwk.kid)
      conflictIf(isUsed, act, 'act-kid-used')
      checkNobodyHolds(state, act, context)
    },
    apply(state, act, context) {
      const { jwk, thumbprint } = keyIn(context)
      const span = { from: context.number, to: undefined }
      const key = { kid: jwk.kid, jwk, thumbprint, span, ...validityOf(act, context.recordedAt) }
      liveSystem(state, act).keys.push(key)
      state.thumbprints.set(thumbprint, act.resource)
    }
  }),
  /** With a `validTo` that is still to come, the key signs until then, and can be retired again for an earlier time. */
  'key.retired': defineAct({
    shape: {
      resource: systemResource,
      kid: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }),
      validTo: validity.validTo
    },
    mayDo: (_state, { resource }, { system }) => resource === system,
    check: keyInForce,
    apply(state, act, { number, recordedAt }) {
      const key = keyInForce(state, act)
      const endsAt = Math.max(recordedAt, validityOf(act, recordedAt).validToAt)
      if (act.validTo === undefined || endsAt === recordedAt) key.span.to = number
      key.validToAt = Math.min(key.validToAt, act.validTo === undefined ? recordedAt : endsAt)
    }
  })
}

export function keyIn({ key }: ActContext): NonNullable<ActContext['key']> {
  if (!key) throw new TypeError('an act that brings a key, without it')
  return key
}

/** Only one system may have a key: two could sign for each other. */
export function checkNobodyHolds(state: ControlState, act: OnResource, context: ActContext): void {
  conflictIf(state.thumbprints.has(keyIn(context).thumbprint), act, 'act-key-held')
}

function keyInForce(state: ControlState, act: OnResource & { readonly kid: string }): KeyEntry {
  const key = liveSystem(state, act).keys.find(({ kid, span }) => kid === act.kid && span.to === undefined)
  return key ?? invalid(act, 'act-key-unknown', act.kid)
}
