import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { generateKey } from '#protocol/trust/jwk.ts'
import { agencyOf, beginnings, startApplying, statusOf } from '../helpers/applying.ts'
import { onTerminal, runPlain } from '../helpers/operator.ts'
import { actOnSystem, codes, systemOf } from '../helpers/test-bus.ts'

describe('lienthong apply, where the bus has more than the file', () => {
  it('shows everything that the file does not have, keeps it, and says how to take it away, with exit code 2', async (t) => {
    const { bus, write, apply, acts } = await startApplying(t)
    write((province) => {
      province.agreements = []
      province.agencies = province.agencies.filter(({ code }) => code !== codes.C)
      const [system] = agencyOf(province, codes.B).systems ?? []
      Object.assign(system ?? assert.fail(), { keys: [], publish: system?.publish?.slice(1) })
    })
    const before = await acts()
    const { code, stdout } = await apply()
    assert.deepEqual([code, await acts()], [2, before])
    const prune = 'repeat this command with --prune. To keep it: add it to the file.'
    const b = `${systemOf('B')} (Cơ quan B, ${codes.B})`
    assert.deepEqual(stdout.split('\n').slice(0, 5), [
      `Not in the file: the right of ${b} to publish Document sent (document.issued.v1). It stays. To remove it: ${prune}`,
      `Not in the file: the key key-B of ${b}. It stays. To remove it: \`lienthong keys retire ${systemOf('B')} key-B\`, or ${prune}`,
      `Not in the file: the agreement /agreements/a-b-dossiers (In force). It stays. To remove it: \`lienthong agreements end a-b-dossiers\`, or ${prune}`,
      `Not in the file: ${systemOf('C')} (Cơ quan C, ${codes.C}). It stays. To remove it: \`lienthong systems revoke ${systemOf('C')} --reason TEXT\`, or ${prune}`,
      `Not in the file: the agency Cơ quan C, ${codes.C}. It stays. To remove it: \`lienthong agencies close ${codes.C}\`, or ${prune}`
    ])
    assert.match(stdout, /Acts done: 0\. The bus still differs .*kept: 5;/)
    assert.equal(await statusOf(bus, `/v1/agencies/${codes.C}`), 'active')
  })

  it('takes away with --prune what the file does not have, an agency after its systems, and nothing without a yes', async (t) => {
    const { bus, write, apply, acts } = await startApplying(t)
    write((province) => {
      delete province.agreements
      province.agencies = province.agencies.filter(({ code }) => code !== codes.C)
      const [system] = agencyOf(province, codes.B).systems ?? []
      Object.assign(system ?? assert.fail(), { keys: [], publish: system?.publish?.slice(1) })
    })
    const before = await acts()
    const unasked = await apply('--prune')
    assert.equal(unasked.code, 1)
    assert.match(unasked.stderr, /^This cannot be undone\. Nothing was changed\. .*--yes\.\n$/)
    assert.equal(await acts(), before)
    const shown = await apply('--prune', '--dry-run')
    assert.deepEqual(
      [shown.code, shown.stderr, beginnings(shown.stdout).slice(0, 5)],
      [
        2,
        '',
        [
          `Will withdraw the right of ${systemOf('B')}`,
          'Will retire the key key-B of /agencies/000',
          'Will end the agreement /agreements/a-b-dossiers',
          'Will revoke /agencies/000',
          'Will close the agency Cơ quan C, 000'
        ].map((text) => text.replace(/[.].*/, ''))
      ]
    )
    assert.match(shown.stdout, /the last valid key: after this the system cannot sign/)

    const done = await apply('--prune', '--yes', '--reason', 'sáp nhập')
    assert.equal(done.code, 0, done.stderr)
    const recorded = await bus.operator.get<{ items: { act: string; reason?: string }[] }>('/v1/acts?limit=5')
    const reasons = recorded.items.map(({ act, reason }) => [act, reason]).reverse()
    assert.deepEqual(reasons, [
      ['right.withdrawn', undefined],
      ['key.retired', undefined],
      ['agreement.ended', 'sáp nhập'],
      ['system.revoked', 'sáp nhập'],
      ['agency.closed', undefined]
    ])
    assert.equal(await statusOf(bus, `/v1/agencies/${codes.C}`), 'closed')
    assert.match((await apply('--dry-run')).stdout, /^Nothing to change/)
  })

  it('asks on a terminal before it takes anything away', async (t) => {
    const { bus, file, write, acts } = await startApplying(t)
    write((province) => {
      province.agreements = []
    })
    const before = await acts()
    const said = await onTerminal(bus, ['apply', file, '--prune'], async () => 'no')
    assert.match(said, /Will end the agreement .*\r\n.*: 1\. This cannot be undone\. Go on\? /)
    assert.match(said, /Nothing was changed\./)
    assert.equal(await acts(), before)
    await onTerminal(bus, ['apply', file, '--prune'], async () => 'yes')
    assert.equal(await statusOf(bus, '/v1/agreements/a-b-dossiers'), 'ended')
  })

  it('closes an agency that the file says is closed only after a yes', async (t) => {
    const { bus, write, apply } = await startApplying(t)
    write((province) => {
      agencyOf(province, codes.C).closed = { successor: codes.A }
    })
    const unasked = await apply()
    assert.equal(unasked.code, 1)
    assert.match(unasked.stdout, /^Will close the agency .* Senders are told its successor: Cơ quan A/)
    assert.equal(await statusOf(bus, `/v1/agencies/${codes.C}`), 'active')
    assert.equal((await apply('--yes')).code, 0)
    assert.equal(await statusOf(bus, `/v1/agencies/${codes.C}`), 'closed')
    assert.match((await apply()).stdout, /^Nothing to change/)
  })

  it('replaces a right that has other recipients only with --prune', async (t) => {
    const { bus, write, apply } = await startApplying(t)
    write((province) => {
      const [right] = agencyOf(province, codes.A).systems?.[0]?.publish ?? []
      Object.assign(right ?? assert.fail(), { recipients: 'agreements' })
    })
    const kept = await apply()
    assert.equal(kept.code, 2)
    assert.match(
      kept.stdout,
      /^Other than in the file: the right of .*; it may send to every agency, in the file to agencies with an agreement\. It stays\./
    )
    assert.equal((await apply('--prune', '--yes')).code, 0)
    const { items } = await bus.operator.get<{ items: { type: string; recipients: string }[] }>(
      `/v1/rights?agency=${codes.A}`
    )
    assert.equal(items.find(({ type }) => type === 'document.issued.v1')?.recipients, 'agreements')
  })

  it('does nothing to the systems of the bus', async (t) => {
    const { bus, write, apply } = await startApplying(t)
    const resource = '/bus/systems/watcher'
    await bus.operator.act('/v1/systems', {
      ...{ act: 'system.added', resource, previous: null, roles: ['auditor'] }
    })
    const key = (await generateKey('w-1', 'EdDSA')).publicJwk
    await actOnSystem(bus.operator, resource, { act: 'key.added', key })
    write(() => {})
    assert.match((await apply('--prune')).stdout, /^Nothing to change/)
  })

  it('refuses to close an agency that the file still names, and to revoke the system that it signs as', async (t) => {
    const { bus, file, write, apply, acts } = await startApplying(t)
    write((province) => {
      province.agencies = province.agencies.filter(({ code }) => code !== codes.B)
    })
    const before = await acts()
    const { code, stderr } = await apply('--prune', '--yes')
    assert.equal(code, 1)
    assert.match(
      stderr,
      /province\.yaml:\d+: the agency 000\.00\.92\.H03 is not in the file, so --prune would/
    )
    const operatorOfA = `/agencies/${codes.A}/systems/ops`
    await bus.operator.act('/v1/systems', {
      ...{ act: 'system.added', resource: operatorOfA, previous: null, roles: ['operator'] }
    })
    const { publicJwk, privateJwk } = await generateKey('ops-1', 'EdDSA')
    await actOnSystem(bus.operator, operatorOfA, { act: 'key.added', key: publicJwk })
    const keyFile = join(bus.folder, 'ops.jwk')
    writeFileSync(keyFile, JSON.stringify(privateJwk))
    write(() => {})
    const own = await runPlain()(
      ...['apply', file, '--prune', '--gateway', bus.url, '--as', operatorOfA, '--key', keyFile]
    )
    assert.match(own.stderr, /this command signs as .*ops, and --prune would take away this system/)
    assert.equal(await acts(), before + 2)
  })

  it('stops where somebody else changes a resource meanwhile, and says what was done and what to do', async (t) => {
    const { bus, file, write } = await startApplying(t)
    write((province) => {
      province.agreements = []
      const [system] = agencyOf(province, codes.B).systems ?? []
      Object.assign(system ?? assert.fail(), { publish: system?.publish?.slice(1) })
    })
    const said = await onTerminal(bus, ['apply', file, '--prune'], async () => {
      const { last: previous } = await bus.operator.get<{ last: string }>('/v1/agreements/a-b-dossiers')
      const resource = '/agreements/a-b-dossiers'
      await bus.operator.act('/v1/agreements', { act: 'agreement.suspended', resource, previous })
      return 'yes'
    })
    assert.match(said, /BUS_ACT_CONFLICT: .* 1 of 2 acts were done\. .*repeat the command/)
    assert.equal(await statusOf(bus, '/v1/agreements/a-b-dossiers'), 'suspended')
  })
})
