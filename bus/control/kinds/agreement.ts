import Type from 'typebox'
import { type AgreementEntry, type ControlState, endAll, isSuspended } from '../control-state.ts'
import { type Actor, conflictIf, defineAct, invalid, type OnResource } from '../define-act.ts'
import { maySeeAgreement } from '../may-see-agreement.ts'
import { addSigned } from '../signed-agreements.ts'
import { openAgency } from './agency.ts'
import { Code, EventType, Text, validity, validityOf } from './members.ts'

const resource = Type.String({ pattern: '^/agreements/[a-z0-9-]{1,64}$' })
const types = Type.Array(EventType, { minItems: 1, maxItems: 100, uniqueItems: true })
const shape = { resource, reason: Type.Optional(Text) }

export const agreementActs = {
  'agreement.drafted': defineAct({
    shape: { resource, provider: Code, consumer: Code, types, purpose: Text, legalBasis: Text, ...validity },
    mayDo: (_state, { provider, consumer, resource }, { agency }) =>
      resource.startsWith('/agreements/') && (agency === provider || agency === consumer),
    maySee(state, { resource }, actor) {
      const known = state.agreements.get(resource)
      return known === undefined || maySeeAgreement(state, known, actor)
    },
    check(state, act) {
      conflictIf(state.agreements.has(act.resource), act, 'act-resource-exists')
      openAgency(state, act, act.provider)
      openAgency(state, act, act.consumer)
    },
    apply(state, act, { number: drafted, actor: { agency: draftedBy } }) {
      const { resource: id, provider, consumer, types, purpose, legalBasis } = act
      const terms = { provider, consumer, types, purpose, legalBasis, ...validityOf(act, 0) }
      const fresh = { signed: undefined, ended: undefined, suspensions: [] }
      state.agreements.set(id, { id, ...terms, drafted, draftedBy, ...fresh })
    }
  }),
  'agreement.signed': defineAct({
    shape: { resource },
    check: (state, act) => conflictIf(openAgreement(state, act).signed !== undefined, act, 'act-already-so'),
    apply(state, act, { number }) {
      const agreement = openAgreement(state, act)
      agreement.signed = { from: number, to: undefined }
      addSigned(state.signedAgreements, agreement)
    }
  }),
  'agreement.suspended': defineAct({
    shape,
    mayDo: isOfProvider,
    check: (state, act) => conflictIf(isSuspended(openAgreement(state, act)), act, 'act-already-so'),
    apply(state, act, { number }) {
      openAgreement(state, act).suspensions.push({ from: number, to: undefined })
    }
  }),
  'agreement.resumed': defineAct({
    shape,
    check: (state, act) => conflictIf(!isSuspended(openAgreement(state, act)), act, 'act-already-so'),
    apply: (state, act, { number }) => endAll(openAgreement(state, act).suspensions, number)
  }),
  'agreement.ended': defineAct({
    shape,
    mayDo: isOfProvider,
    check: openAgreement,
    apply(state, act, { number }) {
      const agreement = openAgreement(state, act)
      agreement.ended = number
      if (agreement.signed) agreement.signed.to = number
    }
  })
}

function isOfProvider(state: ControlState, act: OnResource, { agency }: Actor): boolean {
  return state.agreements.get(act.resource)?.provider === agency
}

/** The agreement that an act is about. */
function openAgreement(state: ControlState, act: OnResource): AgreementEntry {
  const agreement = state.agreements.get(act.resource)
  if (!agreement) return invalid(act, 'act-resource-unknown', act.resource)
  conflictIf(agreement.ended !== undefined, act, 'act-agreement-ended')
  return agreement
}
