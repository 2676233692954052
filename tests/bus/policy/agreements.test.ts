import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type AgreementEntry, emptyControlState } from '#bus/control/control-state.ts'
import { addSigned } from '#bus/control/signed-agreements.ts'
import { agreementBetween, agreementsFor } from '#bus/policy/agreements.ts'

it("agreements of others are not looked at for a provider's events, however many there are", () => {
  const state = emptyControlState()
  let looked = 0
  const add = (provider: string, consumer: string, type: string): void => {
    const agreement = { ...{ id: `/agreements/${provider}-${consumer}`, provider, consumer, types: [type] } }
    const rest = { validFromAt: 0, validToAt: Number.POSITIVE_INFINITY, suspensions: [], ended: undefined }
    const counted = {
      ...{ ...agreement, ...rest },
      get signed() {
        looked += 1
        return { from: 1, to: undefined }
      }
    }
    addSigned(state.signedAgreements, counted as unknown as AgreementEntry)
  }
  for (let index = 0; index < 400; index += 1) add('PROV', `C${index}`, 'dossier.received.v1')
  for (let index = 0; index < 10_000; index += 1) add('X', `C${index}`, 'dossier.received.v1')
  for (let index = 0; index < 1000; index += 1) add('PROV', `C${index}`, 'dossier.returned.v1')
  const question = { provider: 'PROV', type: 'dossier.received.v1', act: 1, at: 1 }
  assert.equal(agreementsFor(state, question).length, 400)
  assert.equal(looked, 400)
  looked = 0
  assert.equal(
    agreementBetween(state, { ...question, consumer: 'C7' })?.id,
    '/agreements/PROV-C7',
    'the agreement of these two'
  )
  assert.equal(looked, 1)
})
