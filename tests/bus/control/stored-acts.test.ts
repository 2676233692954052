import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it, test } from 'node:test'
import type { StoredAct } from '#bus/control/act-journal.ts'
import { actSchemas, applyAct } from '#bus/control/acts.ts'
import { type ControlState, emptyControlState } from '#bus/control/control-state.ts'
import { decideAct } from '#bus/control/decide.ts'
import { actDefinitions } from '#bus/control/kinds.ts'
import { agreementsFor } from '#bus/policy/agreements.ts'
import { checkMayPublish } from '#bus/policy/may-publish.ts'
import {
  showAgency,
  showAgreement,
  showBusKey,
  showRight,
  showSubject,
  showSystem
} from '#gateway/routes/control/show.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { PublicJwk } from '#protocol/trust/jwk.ts'
import { everyKind } from '../../acts/every-kind.ts'
import { createSigners, type Signers } from '../../acts/signers.ts'
import type { Body } from '../../acts/turns.ts'

const folder = join(import.meta.dirname, 'recorded')
const recordedAt = '2026-11-24T00:00:00.000Z'

describe('acts that a release has recorded', () => {
  for (const file of globSync('*.json', { cwd: folder })) {
    it(`hold under this one: ${file}`, async () => {
      const { operatorKeys, acts } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
        readonly operatorKeys: readonly PublicJwk[]
        readonly acts: readonly StoredAct[]
      }
      const state = emptyControlState()
      const keys = new Map(operatorKeys.map((key) => [key.kid, key]))
      for (const row of acts) {
        const { act, context } = await decideAct(state, keys, row)
        applyAct(state, act, context)
      }
      readAll(state)
    })
  }

  it('are of every kind there is', () => {
    const texts = globSync('*.json', { cwd: folder }).map((file) => readFileSync(join(folder, file), 'utf8'))
    const missing = Object.keys(actDefinitions).filter(
      (kind) => !texts.some((text) => text.includes(`\\"${kind}\\"`))
    )
    assert.deepEqual(missing, [], 'record them with tests/acts/record-every-kind.ts')
  })
})

describe('a stored act', () => {
  let signers: Signers
  /** Each kind's act, and the state it follows. */
  const cases: { readonly body: Body; readonly state: ControlState }[] = []

  const decide = async (state: ControlState, body: object): Promise<ControlState> => {
    const text = JSON.stringify(body)
    const token = await signers.sign({
      system: '/bus/systems/operator',
      kid: 'operator-1',
      body: Buffer.from(text)
    })
    const after = structuredClone(state)
    const row = { number: state.lastAct + 1, body: text, token, recordedAt }
    const { act, context } = await decideAct(state, signers.operatorKeys, row)
    applyAct(after, act, context)
    return after
  }
  const following = (body: Body, state: ControlState) => ({
    ...body,
    previous: state.lastOn.get(body.resource) ?? null
  })

  before(async () => {
    signers = await createSigners()
    let state = emptyControlState()
    const agencies = ['000.00.91.H03', '000.00.92.H03'].map((code) => ({
      act: 'agency.added',
      resource: `/agencies/${code}`,
      name: code
    }))
    for (const body of [...agencies, ...everyKind(signers.publicJwk)]) {
      cases.push({ body, state })
      state = await decide(state, following(body, state))
    }
  })

  it('holds though its members are no longer of the form that recording asks for', async (t) => {
    let held = 0
    for (const { body, state } of cases) {
      for (const loose of looser(body)) {
        readAll(await decide(state, following(loose, state)))
        held += 1
      }
    }
    t.diagnostic(`${held} acts of ${Object.keys(actSchemas).length} kinds`)
    assert.ok(held > 100)
  })

  it('is refused, and by nothing that breaks, where a member is missing or of another type', async (t) => {
    let refused = 0
    for (const { body, state } of cases) {
      for (const other of otherTypes(body)) {
        const after = await decide(state, following(other, state)).catch((error: unknown) => error)
        if (after instanceof BusError) refused += 1
        else readAll(after as ControlState) // An act without a member that is optional.
      }
    }
    t.diagnostic(`${refused} refused`)
    assert.ok(refused > 500)
  })

  test('with instants that are none makes something that never begins or has ended', async () => {
    const key = cases.find(({ body }) => body.act === 'key.added')
    assert.ok(key)
    const odd = { ...key.body, validFrom: '2026-99-99T99:99:99Z', validTo: 'tomorrow' }
    const { systems } = await decide(key.state, following(odd, key.state))
    const [entry] = systems.get(key.body.resource)?.keys ?? []
    assert.deepEqual(
      [entry?.validFromAt, entry?.validToAt],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    )
  })
})

/** Members whose values are free, and not names of what must be there. */
const free = ['name', 'otherCode', 'validFrom', 'validTo', 'purpose', 'legalBasis', 'reason', 'types']

/** The same act as an earlier, laxer release might have recorded it. */
function* looser(body: Body): Iterable<Body> {
  yield { ...body, unheardOf: { of: ['by', 'us'] } }
  for (const name of free.filter((one) => one in body)) {
    for (const text of [
      '',
      'x'.repeat(5000),
      'đ\u0000\u202e',
      '2026-02-30T24:60:60+07',
      '2026-99-99',
      '-271821-04-20T00:00:00Z'
    ]) {
      yield { ...body, [name]: name === 'types' ? [text, text] : text }
    }
  }
  if (body.act === 'right.granted') yield { ...body, type: 'No Type' }
  if ('roles' in body) yield { ...body, roles: ['auditor', 'auditor'] }
}

function* otherTypes(body: Body): Iterable<Body> {
  for (const name of Object.keys(body)) {
    const { [name]: value, ...rest } = body
    yield rest as Body
    for (const other of [
      null,
      true,
      1,
      -1.5,
      'text',
      [],
      ['x'],
      [null],
      {},
      { kid: 1 },
      { kid: 'x', kty: 'RSA' }
    ]) {
      if (typeof other !== typeof value || Array.isArray(other) !== Array.isArray(value))
        yield { ...body, [name]: other }
    }
  }
}

/** Everything that is read of a state when somebody asks, or publishes. */
function readAll(state: ControlState): void {
  const shown = [
    ...[...state.agencies.values()].map((one) => showAgency(state, one)),
    ...[...state.systems.values()].map((one) => showSystem(state, one)),
    ...[...state.systems.values()].flatMap((one) => one.rights.map((right) => showRight(state, one, right))),
    ...[...state.agreements.values()].map((one) => showAgreement(state, one)),
    ...[...state.busKeys.values()].map((one) => showBusKey(state, one)),
    ...[...state.registry.subjects.keys()].map((one) => showSubject(state, `/subjects/${one}`, one))
  ]
  assert.ok(JSON.stringify(shown))
  for (const system of state.systems.keys()) {
    const event = { source: system, type: 'dossier.received.v1', recipients: '000.00.91.H03' } as BusEvent
    agreementsFor(state, {
      provider: '000.00.93.H03',
      type: event.type,
      act: state.lastAct,
      at: Date.parse(recordedAt)
    })
    try {
      checkMayPublish(state, system, event, Date.parse(recordedAt))
    } catch (error) {
      assert.ok(error instanceof BusError, String(error))
    }
  }
}
