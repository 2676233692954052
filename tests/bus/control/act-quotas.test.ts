import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type ActBody, lab, openControlLab } from '../../helpers/control-lab.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

const hour = 3_600_000
const limits = { maxPerHour: 5, maxDrafts: 2, maxKeysPerSystem: 3 }
const terms = { types: ['dossier.received.v1'], purpose: 'x', legalBasis: 'y' }
const drafted = (name: string): ActBody => ({
  act: 'agreement.drafted',
  resource: `/agreements/${name}`,
  provider: '000.00.91.H03',
  consumer: '000.00.92.H03',
  ...terms
})

describeOnEveryStore('the limits of acts', (openStore) => {
  const open = async (t: Parameters<typeof openStore>[0]) =>
    openControlLab(await openStore(t, lab.parts), { limits })

  it('let an agency record so many within an hour, after a restart too, and operators any number', async (t) => {
    const made = await open(t)
    await made.act(drafted('one'), lab.own)
    for (const kid of ['k3', 'k4']) {
      await made.act({ act: 'key.added', resource: lab.system, key: made.signers.publicJwk(kid) }, lab.own)
      await made.act({ act: 'key.retired', resource: lab.system, kid }, lab.own)
    }
    assert.equal(await made.tried(drafted('two'), lab.own), 'BUS_TOO_MANY_REQUESTS')
    assert.equal(await made.tried(drafted('three'), lab.ofOther), 'recorded')
    assert.equal(await made.tried(drafted('four')), 'recorded')
    const restarted = await made.replay()
    const previous = null
    const again = await made.signed({ ...drafted('five'), previous }, lab.own)
    await assert.rejects(
      restarted.append(again, { line: lab.agency }),
      (error: { code: string; waitMs: number }) => {
        assert.equal(error.code, 'BUS_TOO_MANY_REQUESTS')
        assert.ok(error.waitMs > 0 && error.waitMs <= hour)
        return true
      }
    )
    made.clock += hour
    assert.equal(await made.tried(drafted('five'), lab.own), 'recorded')
  })

  it('let an agency have so many drafts that are neither signed nor ended', async (t) => {
    const made = await open(t)
    for (const name of ['one', 'two']) await made.act(drafted(name), lab.own)
    assert.equal(await made.tried(drafted('three'), lab.own), 'BUS_ACT_CONFLICT')
    await made.act({ act: 'agreement.signed', resource: '/agreements/one' })
    assert.equal(await made.tried(drafted('three'), lab.own), 'recorded')
    assert.equal(await made.tried(drafted('four')), 'recorded')
  })

  it('let a system add itself so many keys, past ones included, and an operator add more', async (t) => {
    const made = await open(t)
    const added = (n: number): ActBody => ({
      act: 'key.added',
      resource: lab.system,
      key: made.signers.publicJwk(`k${n}`)
    })
    await made.act(added(3), lab.own)
    await made.act({ act: 'key.retired', resource: lab.system, kid: 'k3' }, lab.own)
    await made.act(added(4), lab.own)
    assert.equal(await made.tried(added(5), lab.own), 'BUS_ACT_CONFLICT')
    assert.equal(await made.tried(added(5)), 'recorded')
  })
})
