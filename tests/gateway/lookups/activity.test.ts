import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Client } from '#client/client.ts'
import { addSystem } from '../../helpers/add-system.ts'
import { describeOnEngines } from '../../helpers/engine-sets.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { codes, startTestBus, systemOf, type TestBusOptions } from '../../helpers/test-bus.ts'
import { until } from '../../helpers/until.ts'

interface Activity {
  readonly agency: string
  readonly lastPublished?: { readonly at: string; readonly hash: string; readonly system: string }
  readonly systems: readonly {
    readonly system: string
    readonly lastRead?: string
    readonly lastPublished?: string
    readonly lastRefused?: string
  }[]
  readonly backlog: number
  readonly oldestUnread?: { readonly hash: string }
  readonly silentSince?: string
}

const of = (client: Client, code: string) => client.get<Activity>(`/v1/agencies/${code}/activity`)

async function list(client: Client, query = ''): Promise<{ items: readonly Activity[]; next?: string }> {
  return client.get(`/v1/activity${query}`)
}

describeOnEngines('activity', (engines) => {
  it('says when agencies last published, read and were refused, and what they have not read; also after a restart', async (t) => {
    const folder = temporaryFolder(t)
    const options: TestBusOptions = { folder, settings: await engines.settingsFor(folder) }
    const bus = await startTestBus(t, options)
    const { operator, clients } = bus
    const auditor = await addSystem(bus, `/agencies/${codes.C}/systems/auditor`, { roles: ['auditor'] })
    const first = bus.document()
    const second = bus.document({ subject: first.subject }) // On Kafka only those of one subject keep their order.
    const [published] = await clients.A.publish(first)
    const [later] = await clients.A.publish(second)
    await assert.rejects(clients.A.publish(bus.document({}, { title: 7 })))
    await until(async () => (await of(operator, codes.A)).lastPublished?.hash === later?.hash, 60_000)
    await until(async () => (await of(operator, codes.B)).backlog === 2, 60_000)

    const ofA = await of(operator, codes.A)
    assert.equal(ofA.lastPublished?.at, later?.recordedtime)
    const [qlvb] = ofA.systems
    assert.equal(qlvb?.system, systemOf('A'))
    assert.ok(qlvb?.lastRefused !== undefined && qlvb.lastRead === undefined)
    const unread = await of(clients.B, codes.B)
    assert.equal(unread.oldestUnread?.hash, published?.hash)
    assert.equal(unread.silentSince, undefined)
    const page = await clients.B.page({ limit: 1 })
    await clients.B.page({ after: page.next, limit: 1 })
    await until(async () => (await of(clients.B, codes.B)).backlog === 0, 60_000)
    const [reader] = (await of(auditor, codes.B)).systems
    assert.ok(reader?.lastRead)

    const order = (await list(operator)).items.map(({ agency }) => agency)
    assert.deepEqual(order.slice(-3), [codes.C, codes.A, codes.B])
    const notReadSince = async (instant: string) =>
      (await list(operator, `?notReadSince=${instant}`)).items.map(({ agency }) => agency)
    assert.ok(!(await notReadSince('2026-01-01T00:00:00Z')).includes(codes.B))
    assert.ok((await notReadSince('2026-01-01T00:00:00Z')).includes(codes.A), 'it has published only')
    assert.deepEqual(await notReadSince('2999-01-01T00:00:00Z'), order)
    await assert.rejects(list(operator, '?notReadSince=yesterday'), { code: 'BUS_QUERY_INVALID' })
    const paged: string[] = []
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page = await list(operator, `?limit=1${after && `&after=${encodeURIComponent(after)}`}`)
      paged.push(...page.items.map(({ agency }) => agency))
      after = page.next
    }
    assert.deepEqual(paged, order)
    await assert.rejects(list(operator, '?after=zzz'), { code: 'BUS_QUERY_INVALID' })
    assert.deepEqual(
      (await list(clients.C)).items.map(({ agency }) => agency),
      [codes.C]
    )
    for (const code of [codes.B, '000.00.00.H99']) {
      await assert.rejects(of(clients.C, code), { code: 'BUS_NOT_FOUND' })
    }

    const before = await of(operator, codes.B)
    await bus.bus.close()
    const again = await startTestBus(t, options)
    assert.deepEqual(await of(again.operator, codes.B), before)
    assert.equal((await of(again.operator, codes.A)).lastPublished?.hash, later?.hash)
  })
})
