import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { it, type TestContext } from 'node:test'
import { operatorSystem } from '#bus/control/control-state.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { type ActBody, type ControlLab, lab, openControlLab } from '../../helpers/control-lab.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

const day = 86_400_000
const hashOf = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex')
const instant = (at: number): string => new Date(at).toISOString()
const codeOf = (error: { readonly code: string }): string => error.code

describeOnEveryStore('recording an act', (openStore) => {
  const open = async (t: TestContext): Promise<ControlLab> => openControlLab(await openStore(t, lab.parts))

  const holdsWhenReplayed = async ({ control, replay }: ControlLab): Promise<void> => {
    const replayed = await replay()
    assert.deepEqual(replayed.state, control.state)
    assert.equal(replayed.ignoredActs(), control.ignoredActs())
  }

  /** Sends two acts on the system at once, the second following the first. */
  const sendBoth = async (
    made: ControlLab,
    first: ActBody,
    second: ActBody,
    kids: readonly [string, string]
  ) => {
    const { control, signed } = made
    const previous = control.state.lastOn.get(lab.system)
    const one = await signed({ ...first, previous }, { ...lab.own, kid: kids[0] })
    const two = await signed({ ...second, previous: hashOf(one.body) }, { ...lab.own, kid: kids[1] })
    return Promise.all(
      [one, two].map((act) => control.append(act, { line: lab.agency }).then(() => 'recorded', codeOf))
    )
  }

  it('writes it to the log though the answer of the store to its insert was lost, or all answers for a while', async (t) => {
    const store = await openStore(t, lab.parts)
    const lost = new BusError('BUS_STORE_UNAVAILABLE', 'store-failed')
    const outage = { answers: false, reads: false }
    const failing = Object.create(store, {
      reader: {
        value: () => {
          if (outage.reads) throw lost
          return store.reader()
        }
      },
      transaction: {
        value: async (...args: Parameters<typeof store.transaction>) => {
          const result = await store.transaction(...args)
          if (outage.answers) throw lost
          return result
        }
      }
    })
    const made = await openControlLab(failing)
    for (const reads of [false, true]) {
      const name = reads ? 'one' : 'two'
      Object.assign(outage, { answers: true, reads })
      const added = { act: 'system.added', resource: `${lab.agency}/systems/${name}` }
      assert.equal(await made.tried(added), 'BUS_STORE_UNAVAILABLE')
      Object.assign(outage, { answers: false, reads: false })
      await made.control.sync()
      assert.ok(made.control.state.systems.has(added.resource))
    }
    const numbers = Array.from({ length: made.control.state.lastAct }, (_one, index) => index + 1)
    assert.deepEqual(made.journaled, numbers)
  })

  it('refuses one whose key was retired by an act that was sent with it', async (t) => {
    const made = await open(t)
    const { publicJwk } = made.signers
    const added = (kid: string): ActBody => ({ act: 'key.added', resource: lab.system, key: publicJwk(kid) })
    await made.act(added('k3'), lab.own)
    const retired = { act: 'key.retired', resource: lab.system, kid: 'k0' }
    assert.deepEqual(await sendBoth(made, retired, added('k4'), ['k3', 'k0']), [
      'recorded',
      'BUS_TOKEN_INVALID'
    ])
    await made.act({ act: 'system.revoked', resource: lab.system })
    await holdsWhenReplayed(made)
    assert.ok((await made.replay()).state.systems.get(lab.system)?.span.to)
  })

  it('takes one signed by a key that an act sent with it has added', async (t) => {
    const made = await open(t)
    const { publicJwk } = made.signers
    const added = (kid: string): ActBody => ({ act: 'key.added', resource: lab.system, key: publicJwk(kid) })
    assert.deepEqual(await sendBoth(made, added('k3'), added('k4'), ['k0', 'k3']), ['recorded', 'recorded'])
    await holdsWhenReplayed(made)
  })

  it('refuses a system that is suspended or revoked, sent at once with what suspends it too', async (t) => {
    const made = await open(t)
    const draft = {
      act: 'agreement.drafted',
      resource: '/agreements/one',
      previous: null,
      types: ['dossier.received.v1']
    }
    const parties = { provider: '000.00.91.H03', consumer: '000.00.92.H03', purpose: 'x', legalBasis: 'y' }
    const drafted = await made.signed({ ...draft, ...parties }, lab.own)
    for (const [act, code] of [
      ['system.suspended', 'BUS_NOT_PERMITTED'],
      ['system.revoked', 'BUS_TOKEN_INVALID']
    ] as const) {
      const previous = made.control.state.lastOn.get(lab.system)
      const ending = await made.signed({ act, resource: lab.system, previous })
      const both = [ending, drafted].map((one) => made.control.append(one, { line: lab.agency }))
      const [first, second] = await Promise.allSettled(both)
      assert.equal(first?.status, 'fulfilled')
      assert.equal(second?.status === 'rejected' && codeOf(second.reason), code)
    }
    assert.equal(made.control.state.agreements.size, 0)
    await holdsWhenReplayed(made)
  })

  it('takes one by a key retired for later until then, and by one retired again sooner no longer', async (t) => {
    const made = await open(t)
    const begin = made.clock
    const retired = (validTo?: number): ActBody => ({
      ...{ act: 'key.retired', resource: lab.system, kid: 'k0' },
      ...(validTo === undefined ? {} : { validTo: instant(validTo) })
    })
    const signs = () => made.control.keyOf(lab.system, 'k0', made.clock) !== undefined
    await made.act(retired(begin + 2 * day))
    await made.act(retired(begin + 3 * day)) // It prolongs nothing.
    made.clock = begin + 1.5 * day
    assert.equal(signs(), true)
    await holdsWhenReplayed(made)
    made.clock = begin + 2.5 * day
    assert.equal(signs(), false)
    made.clock = begin + 1.5 * day
    await made.act(retired(begin))
    assert.equal(signs(), false)
    assert.equal(await made.tried(retired()), 'BUS_ACT_INVALID')
    await holdsWhenReplayed(made)
  })

  it('takes one by the key valid at the time it is recorded, which never goes back', async (t) => {
    const made = await open(t)
    const { control, signers } = made
    const begin = made.clock
    const key = (kid: string, validity: object): ActBody => ({
      act: 'key.added',
      resource: lab.system,
      key: signers.publicJwk(kid),
      ...validity
    })
    await made.act(key('k3', { validTo: instant(begin + day) }))
    await made.act(key('k4', { validFrom: instant(begin + day) }))
    const change = { act: 'key.added', resource: lab.system, key: signers.publicJwk('k5') }
    assert.equal(await made.tried(change, { ...lab.own, kid: 'k4' }), 'BUS_TOKEN_INVALID')
    assert.equal(await made.tried(change, { ...lab.own, kid: 'k3' }), 'recorded')
    made.clock = begin + 2 * day
    const later = { act: 'key.retired', resource: lab.system, kid: 'k5' }
    assert.equal(await made.tried(later, { ...lab.own, kid: 'k3' }), 'BUS_TOKEN_INVALID')
    assert.equal(await made.tried(later, { ...lab.own, kid: 'k4' }), 'recorded')
    made.clock = begin - day // Set back: what has ended stays ended.
    const retiring = { act: 'key.retired', resource: lab.system, kid: 'k0' }
    assert.equal(await made.tried(retiring, { ...lab.own, kid: 'k3' }), 'BUS_TOKEN_INVALID')
    assert.equal(await made.tried(retiring, { ...lab.own, kid: 'k4' }), 'recorded')
    assert.equal(control.state.recordedAt, begin + 2 * day)
    assert.deepEqual(
      ['k0', 'k3', 'k4', 'k5'].map((kid) => control.keyOf(lab.system, kid, made.clock) !== undefined),
      [false, false, true, false],
      'nor does a request come in by them'
    )
    await holdsWhenReplayed(made)
  })

  it('refuses a stored act by a key that had ended, whatever time it says it was recorded at', async (t) => {
    const made = await open(t)
    const { control, signers } = made
    const begin = made.clock
    const key = signers.publicJwk('k3')
    await made.act({ act: 'key.added', resource: lab.system, key, validTo: instant(begin + day) })
    made.clock = begin + 2 * day
    await made.act({ act: 'agency.changed', resource: lab.agency, name: 'later' })
    const previous = control.state.lastOn.get(lab.system)
    const late = { act: 'key.retired', resource: lab.system, previous, kid: 'k0' }
    for (const recordedAt of [instant(begin), 'no time', '']) {
      await made.plant(late, { by: { ...lab.own, kid: 'k3' }, recordedAt })
    }
    assert.equal(control.ignoredActs(), 3)
    assert.equal(control.state.recordedAt, begin + 2 * day)
    await holdsWhenReplayed(made)
  })

  it('ignores and counts what somebody else wrote into the table, and lets it move nothing', async (t) => {
    const made = await open(t)
    const { control } = made
    const { lastAct, ...before } = structuredClone(control.state)
    const previous = control.state.lastOn.get(lab.system)
    const future = { recordedAt: '2999-01-01T00:00:00.000Z' }
    await made.plant('')
    await made.plant('{"act":')
    await made.plant('[]')
    await made.plant({ act: 'province.sold', resource: '/', previous: null })
    await made.plant({ act: 'system.revoked', resource: lab.other, previous: 'a'.repeat(64) }, future)
    await made.plant({ act: 'system.revoked', resource: lab.other, previous: null }, { by: lab.own })
    await made.plant(
      { act: 'key.retired', resource: lab.system, previous, kid: 'k0' },
      { by: { ...lab.own, kid: 'k1' } }
    )
    await made.plant(
      { act: 'key.retired', resource: lab.system, previous, kid: 'k0' },
      { by: { ...lab.root, kid: 'k0' } }
    )
    const { lastAct: now, ...after } = control.state
    assert.deepEqual(after, before)
    assert.equal(now, lastAct + 8)
    assert.equal(control.ignoredActs(), 8)
    await made.act({ act: 'key.retired', resource: lab.system, kid: 'k0' }, lab.own)
    await holdsWhenReplayed(made)
  })

  it('lets root alone change root', async (t) => {
    const made = await open(t)
    const { publicJwk } = made.signers
    const watch = '/bus/systems/watch'
    const ofBus = (resource: string): readonly ActBody[] => [
      { act: 'system.added', resource },
      { act: 'key.added', resource, key: publicJwk('k5') },
      { act: 'key.retired', resource, kid: 'k5' },
      { act: 'right.granted', resource, type: 'document.issued.v1', recipients: '*' },
      { act: 'right.withdrawn', resource, type: 'document.issued.v1' },
      { act: 'system.suspended', resource },
      { act: 'system.resumed', resource },
      { act: 'system.revoked', resource }
    ]
    const busKey = { act: 'bus-key.added', resource: '/bus/keys/bus-2', key: publicJwk('k6') }
    for (const body of [...ofBus(watch), ...ofBus(operatorSystem), busKey]) {
      for (const by of [lab.byRole, lab.own]) {
        assert.equal(await made.tried(body, by), 'BUS_NOT_PERMITTED', `${body.act} on ${body.resource}`)
        await made.plant({ ...body, previous: made.control.state.lastOn.get(body.resource) ?? null }, { by })
      }
      const expected = body.resource === operatorSystem ? 'BUS_ACT_INVALID' : 'recorded'
      assert.equal(await made.tried(body), expected, `${body.act} on ${body.resource} by root`)
    }
    const elsewhere = { ...busKey, resource: '/elsewhere/bus-3', key: publicJwk('k7'), previous: null }
    await made.plant(elsewhere, { by: lab.byRole })
    assert.deepEqual([...made.control.state.busKeys.keys()], ['bus-2'])
    assert.equal(made.control.ignoredActs(), 2 * 17 + 1)
    await holdsWhenReplayed(made)
  })

  it('lets a system with the role operator do all else', async (t) => {
    const made = await open(t)
    await made.act({ act: 'agency.changed', resource: lab.agency, name: 'another' }, lab.byRole)
    await made.act({ act: 'system.suspended', resource: lab.system }, lab.byRole)
    await made.act({ act: 'system.suspended', resource: lab.operatorRole })
    assert.equal(
      await made.tried({ act: 'system.resumed', resource: lab.system }, lab.byRole),
      'BUS_NOT_PERMITTED'
    )
  })

  it('refuses a key that somebody holds or held, in whatever encoding, and those trust starts from', async (t) => {
    const made = await open(t)
    const { operatorKeys, publicJwk } = made.signers
    const [root] = operatorKeys.values()
    const add = (key: object, resource: string = lab.other) => made.tried({ act: 'key.added', resource, key })
    const modulus = Buffer.concat([Buffer.from([0xd1]), Buffer.alloc(254, 0x5a), Buffer.from([0x01])])
    const rsa = (kid: string, n: Buffer, e: string) => ({
      kty: 'RSA',
      kid,
      alg: 'RS256',
      n: n.toString('base64url'),
      e
    })
    const odd = oddModulus(modulus)
    assert.equal(await add(rsa('r-0', odd, 'AQAB')), 'recorded')
    const zero = Buffer.alloc(1)
    for (const same of [
      rsa('r-1', odd, 'AQAB'),
      { ...rsa('r-2', odd, 'AQAB'), alg: 'PS256' },
      rsa('r-3', Buffer.concat([zero, odd]), 'AQAB'),
      rsa('r-4', Buffer.concat([zero, zero, odd]), 'AAEAAQ'),
      rsa('r-5', odd, 'AAAAAQAB')
    ]) {
      assert.equal(await add(same, lab.system), 'BUS_ACT_CONFLICT', same.kid)
    }
    await made.act({ act: 'key.retired', resource: lab.other, kid: 'r-0' })
    await made.act({ act: 'system.revoked', resource: lab.other })
    assert.equal(await add(rsa('r-6', odd, 'AQAB'), lab.system), 'BUS_ACT_CONFLICT', 'held for ever')
    assert.equal(await add({ ...publicJwk('k1'), kid: 'own' }, lab.system), 'BUS_ACT_CONFLICT')
    assert.equal(await add({ ...root, kid: 'own' }, lab.system), 'BUS_ACT_CONFLICT')
    await holdsWhenReplayed(made)
  })
})

/** A modulus near this one that no rule for weak ones meets. */
function oddModulus(bytes: Buffer): Buffer {
  const primes = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97]
  const more = [101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167]
  for (let n = BigInt(`0x${bytes.toString('hex')}`); ; n += 2n) {
    if ([...primes, ...more].every((prime) => n % BigInt(prime) !== 0n))
      return Buffer.from(n.toString(16), 'hex')
  }
}
