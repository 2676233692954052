import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import type { BusError } from '#protocol/errors/bus-error.ts'
import { type ActBody, type ControlLab, lab, openControlLab } from '../../helpers/control-lab.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

const codeOf = (error: { readonly code: string }): string => error.code

describeOnEveryStore('recording acts of agencies', (openStore) => {
  const open = async (t: TestContext): Promise<ControlLab> => openControlLab(await openStore(t, lab.parts))

  const holdsWhenReplayed = async ({ control, replay }: ControlLab): Promise<void> =>
    assert.deepEqual((await replay()).state, control.state)

  it('takes lines in turn: acts of an agency that wait, so many at most, delay no operator', async (t) => {
    const { control, signed } = await open(t)
    const refused = { act: 'key.retired', resource: lab.system, kid: 'none', previous: '0'.repeat(64) }
    const one = await signed(refused, lab.own)
    const codes: string[] = []
    const sent = Array.from({ length: 150 }, () =>
      control.append(one, { line: lab.agency }).catch((error) => codes.push(codeOf(error)))
    )
    const previous = control.state.lastOn.get(lab.system)
    const suspended = await signed({ act: 'system.suspended', resource: lab.system, previous })
    await control.append(suspended, { line: lab.root.system })
    const before = codes.filter((code) => code !== 'BUS_TOO_MANY_REQUESTS').length
    assert.ok(before < 20, `${before} acts of the agency came before the operator's`)
    await Promise.all(sent)
    const tooMany = codes.filter((code) => code === 'BUS_TOO_MANY_REQUESTS').length
    assert.equal(tooMany, 49) // One is being decided, 100 wait.
  })

  it('refuses a schema that was checked at another level or beside other versions, and takes it checked again', async (t) => {
    const made = await open(t)
    const { control, signed } = made
    const resource = '/subjects/visits'
    const options = { line: lab.agency }
    const registering = (schema: string): Promise<{ readonly body: Buffer; readonly token: string }> =>
      signed({
        act: 'schema.registered',
        resource,
        schema,
        previous: control.state.lastOn.get(resource) ?? null
      })
    const levelOf = (compatibility: string): ActBody => ({
      act: 'registry-config.changed',
      resource,
      compatibility
    })
    await made.act({ act: 'schema.registered', resource, schema: '"string"' })
    await made.act(levelOf('NONE'))
    const { body } = await registering('"long"')
    const atNone = await control.prepare(body, lab.agency)
    await made.act(levelOf('FULL_TRANSITIVE'))
    const long = await registering('"long"')
    const outdated = { code: 'BUS_ACT_CONFLICT', fault: 'schema-check-outdated' }
    await assert.rejects(control.append(long, { ...options, prepared: atNone }), outdated)
    await assert.rejects(control.prepare(long.body, lab.agency), { code: 'BUS_SCHEMA_INCOMPATIBLE' })
    await made.act(levelOf('NONE'))
    const again = await registering('"long"')
    const prepared = await control.prepare(again.body, lab.agency)
    await control.append(again, { ...options, prepared })
    const third = await registering('"int"')
    await assert.rejects(control.append(third, { ...options, prepared }), outdated)
    assert.equal(control.state.registry.subjects.get('visits')?.versions.length, 2)
    await holdsWhenReplayed(made)
  })

  it('tells the last act on an agreement only to who may see it, and others that the name is in use', async (t) => {
    const made = await open(t)
    const resource = '/agreements/affair'
    const drafting = (provider: string, consumer: string): ActBody => ({
      act: 'agreement.drafted',
      ...{ resource, provider, consumer, types: ['dossier.received.v1'], purpose: 'x', legalBasis: 'y' }
    })
    await made.act({ act: 'agency.added', resource: '/agencies/000.00.93.H03', name: 'third' })
    const { hash } = await made.act(drafting('000.00.91.H03', '000.00.93.H03'), lab.own)
    const refusal = async (previous: string | null, by: typeof lab.own | typeof lab.ofOther) => {
      const body = { ...drafting(by.system.split('/')[2] ?? '', '000.00.93.H03'), previous }
      const error = await made.control.append(await made.signed(body, by), { line: by.system }).then(
        () => assert.fail('it was recorded'),
        ({ code, fault, values }: BusError) => ({ code, fault, values })
      )
      return error
    }
    const inUse = { code: 'BUS_ACT_CONFLICT', fault: 'act-resource-exists', values: { resource } }
    for (const previous of [null, hash, '0'.repeat(64)]) {
      assert.deepEqual(await refusal(previous, lab.ofOther), inUse)
    }
    const { values } = await refusal(null, lab.own)
    assert.deepEqual(values, { resource, expected: hash })
    await holdsWhenReplayed(made)
  })
})
