import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { applyPlan, planProvince } from '#cli/remote/apply-province.ts'
import type { Province } from '#cli/remote/province.ts'
import { GatewayError, unreachable } from '#client/gateway-error.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { toProblem } from '#protocol/errors/problem.ts'
import { codes, startTestBus, type TestBus } from '../../helpers/test-bus.ts'

type Agreement = NonNullable<Province['agreements']>[number]

const terms: Omit<Agreement, 'id'> = {
  provider: codes.A,
  consumer: codes.B,
  types: ['dossier.received.v1', 'dossier.completed.v1'],
  purpose: 'Trả kết quả',
  legalBasis: 'Quyết định mẫu',
  validFrom: '2026-01-01T00:00:00Z',
  validTo: '2036-01-01T00:00:00Z'
}

/** Other terms, one by one, as a party may draft them under the same name. */
const others: Readonly<Record<string, Partial<Omit<Agreement, 'id'>>>> = {
  provider: { provider: codes.C },
  consumer: { consumer: codes.C },
  'a type more': { types: [...terms.types, 'dossier.transferred.v1'] },
  'a type fewer': { types: ['dossier.received.v1'] },
  purpose: { purpose: 'Tra ket qua' },
  legalBasis: { legalBasis: 'Quyết định khác' },
  validFrom: { validFrom: '2025-12-31T23:59:59Z' },
  validTo: { validTo: '2036-01-01T00:00:00.001Z' },
  'no validTo': { validTo: undefined as never }
}

describe('applying a province file with an agreement that is drafted already', () => {
  const cleanups: (() => unknown)[] = []
  let bus: TestBus
  before(async () => {
    bus = await startTestBus({ after: (cleanup) => void cleanups.unshift(cleanup as () => unknown) })
  })
  after(async () => {
    for (const cleanup of cleanups) await cleanup()
  })

  const provinceWith = (agreement: Agreement): Province => ({ agencies: [], agreements: [agreement] })
  const statusOf = async (id: string): Promise<string> =>
    (await bus.operator.get<{ status: string }>(`/v1/agreements/${id}`)).status
  const draft = (id: string, changes: object) => {
    const body = {
      act: 'agreement.drafted',
      resource: `/agreements/${id}`,
      previous: null,
      ...terms,
      ...changes
    }
    const party = JSON.stringify(body).includes(codes.C) ? bus.clients.C : bus.clients.A
    return party.act('/v1/agreements', body)
  }

  for (const [index, [what, changes]] of Object.entries(others).entries()) {
    it(`signs nothing, and says what differs, where it has another ${what}`, async () => {
      const id = `other-${index}`
      await draft(id, changes)
      const [term] = Object.keys(changes)
      await assert.rejects(planProvince(bus.operator, provinceWith({ id, ...terms })), (error: Error) => {
        assert.match(error.message, new RegExp(`/agreements/${id} .*: ${term}\\.`))
        return (error as { code?: string }).code === 'BUS_ACT_CONFLICT'
      })
      assert.equal(await statusOf(id), 'drafted')
    })
  }

  it('signs it where all terms are the same, however they are written', async () => {
    await draft('same', { types: terms.types.toReversed(), validFrom: '2026-01-01T07:00:00+07:00' })
    const plan = await planProvince(bus.operator, provinceWith({ id: 'same', ...terms }))
    assert.deepEqual(
      plan.map(({ body }) => body.act),
      ['agreement.signed']
    )
    await applyPlan(bus.operator, plan, () => {})
    assert.equal(await statusOf('same'), 'signed')
    assert.deepEqual(await planProvince(bus.operator, provinceWith({ id: 'same', ...terms })), [])
  })

  it('puts agreements in force before its systems may publish: what they publish earlier is for nobody', async () => {
    const publish = [{ type: 'dossier.received.v1', recipients: 'agreements' as const }]
    const agencies = [{ code: codes.A, name: 'UBND xã A', systems: [{ name: 'new', publish }] }]
    const plan = await planProvince(bus.operator, { agencies, agreements: [{ id: 'first', ...terms }] })
    const acts = plan.map(({ body }) => body.act)
    assert.ok(acts.indexOf('agreement.signed') >= 0, acts.join(' '))
    assert.ok(acts.indexOf('agreement.signed') < acts.indexOf('system.added'), acts.join(' '))
  })

  it('sends an act again when the gateway asks for it, and not when it gave no answer', async () => {
    const plan = await planProvince(bus.operator, provinceWith({ id: 'again', ...terms }))
    const busy = toProblem(new BusError('BUS_STOPPING', 'stopping'), { language: 'en' })
    const failures = [new GatewayError(busy, { waitMs: 1 })]
    const act = (path: string, body: object) => {
      const failure = failures.shift()
      return failure ? Promise.reject(failure) : bus.operator.act(path, body)
    }
    await applyPlan({ act } as typeof bus.operator, plan, () => {})
    assert.equal(await statusOf('again'), 'signed')
    const next = await planProvince(bus.operator, provinceWith({ id: 'unanswered', ...terms }))
    failures.push(unreachable('http://127.0.0.1:1', 'en', new Error('reset')))
    await assert.rejects(
      applyPlan({ act } as typeof bus.operator, next, () => {}),
      {
        code: 'BUS_GATEWAY_UNREACHABLE'
      }
    )
  })

  it('refuses a file that says otherwise of one in force', async () => {
    const wanted = provinceWith({ id: 'same', ...terms, consumer: codes.C })
    await assert.rejects(planProvince(bus.operator, wanted), { code: 'BUS_ACT_CONFLICT' })
  })

  it('does nothing where anybody drafts between the plan and its signing', async () => {
    const plan = await planProvince(bus.operator, provinceWith({ id: 'between', ...terms }))
    assert.deepEqual(
      plan.map(({ body }) => body.act),
      ['agreement.drafted', 'agreement.signed']
    )
    await draft('between', { consumer: codes.C })
    await assert.rejects(
      applyPlan(bus.operator, plan, () => {}),
      /BUS_ACT_CONFLICT/
    )
    assert.equal(await statusOf('between'), 'drafted')
  })
})
