import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { parse } from 'csv-parse/sync'
import type { Client } from '#client/client.ts'
import { newEvent } from '#client/new-event.ts'
import { createSigner } from '#client/signer.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { eventHash } from '#protocol/events/hash.ts'
import type { Json } from '#protocol/events/json.ts'
import { describeOnEngines } from '../helpers/engine-sets.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { codes, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

interface Flow {
  readonly flow: string
  readonly title: string
  readonly state: string
  readonly steps: number
  readonly holders: readonly { readonly agency: string; readonly due?: string }[]
  readonly agencies: readonly string[]
}

interface Timeline extends Omit<Flow, 'steps'> {
  readonly steps: readonly {
    readonly isHidden?: true
    readonly agency: string
    readonly type?: string
    readonly recipients?: readonly { readonly agency: string; readonly state: string }[]
  }[]
  readonly missing: readonly {
    readonly agency: string
    readonly after: string
    readonly isOverdue: boolean
    readonly state?: string
  }[]
}

/** Publishes events, and waits until they are archived. */
async function publish(client: Client, ...events: readonly BusEvent[]): Promise<void> {
  await client.publish(...events)
  for (const event of events) {
    await until(
      () =>
        client.get(`/v1/events/${eventHash(event as unknown as Json)}`).then(
          () => true,
          () => false
        ),
      60_000
    )
  }
}

/** Finds flows, once everything that is archived is in the view. */
async function find(client: Client, query: Readonly<Record<string, string>>): Promise<readonly Flow[]> {
  const ask = () =>
    client.get<{ items: readonly Flow[]; behind: number }>(`/v1/flows?${new URLSearchParams(query)}`)
  await until(async () => (await ask()).behind === 0, 60_000)
  return (await ask()).items
}

function nameOf(flow: string): string {
  return `/v1/flows/${encodeURIComponent(flow)}`
}

/** The answer of a recipient to a document. */
function statusOf(subject: string, from: 'B' | 'C', statusCode = '03') {
  return newEvent(systemOf(from), {
    type: 'document.status-changed.v1',
    subject,
    recipients: [codes.A],
    data: {
      from: { organId: codes[from], organName: 'Cơ quan' },
      responseFor: { organId: codes.A, code: '15/SMA-VP', documentId: subject },
      statusCode,
      description: 'Đã tiếp nhận'
    }
  })
}

describeOnEngines('flows', (engines) => {
  const start = async (t: TestContext): Promise<TestBus> => {
    const folder = temporaryFolder(t)
    return startTestBus(t, { folder, settings: await engines.settingsFor(folder) })
  }

  it('say who holds a case, until it has answered', async (t) => {
    const bus = await start(t)
    const { A, B } = bus.clients
    const subject = `${codes.A},2026/11/24,15/SMA-VP`
    const document = bus.document(
      { subject },
      { codeNumber: '15', codeNotation: 'SMA-VP', title: 'Về đất đai' }
    )
    await publish(A, document)
    const [open] = await find(A, { number: '15/sma' })
    assert.deepEqual(
      [open?.flow, open?.title, open?.state, open?.holders.map(({ agency }) => agency)],
      [subject, 'Về đất đai', 'open', [codes.B]]
    )
    assert.ok(open?.holders[0]?.due)
    const { missing, steps } = await A.get<Timeline>(nameOf(subject))
    assert.deepEqual(
      missing.map(({ agency, isOverdue, state }) => [agency, isOverdue, state]),
      [[codes.B, false, 'pending']]
    )
    await B.acknowledge({ source: document.source, id: document.id, state: 'accepted' })
    await until(async () => (await A.get<Timeline>(nameOf(subject))).missing[0]?.state === 'accepted', 60_000)
    assert.deepEqual(
      steps.map(({ agency, recipients }) => [agency, recipients?.map((one) => one.agency)]),
      [[codes.A, [codes.B]]]
    )
    await publish(B, statusOf(subject, 'B'))
    const [done] = await find(A, { q: 've DAT dai' })
    assert.deepEqual([done?.state, done?.holders, done?.steps], ['done', [], 2])
  })

  it('are found by words without diacritics, by subject and number, and by all that is asked for together', async (t) => {
    const bus = await start(t)
    const { A } = bus.clients
    const decision = (subject: string, title: string, codeNumber: string) =>
      bus.document({ subject }, { title, codeNumber, codeNotation: 'QĐ-UBND' })
    await publish(
      A,
      decision('one', 'Quyết định thu hồi đất', '7'),
      decision('two', 'Quyết định bổ nhiệm cán bộ', '8')
    )
    const found = async (query: Record<string, string>) =>
      (await find(A, query)).map(({ flow }) => flow).sort()
    assert.deepEqual(await found({}), ['one', 'two'])
    assert.deepEqual(await found({ q: 'quyet dinh' }), ['one', 'two'])
    assert.deepEqual(await found({ q: 'thu hoi dat' }), ['one'])
    assert.deepEqual(await found({ q: 'THU HỒI bổ' }), [], 'of one title')
    assert.deepEqual(await found({ q: '8/qđ' }), ['two'])
    assert.deepEqual(await found({ number: '8/qd-ubnd' }), ['two'])
    assert.deepEqual(await found({ subject: 'ON' }), ['one'])
    assert.deepEqual(await found({ q: 'quyet', number: '7' }), ['one'])
    assert.deepEqual(await found({ agency: codes.B, state: 'open' }), ['one', 'two'])
    assert.deepEqual(await found({ agency: codes.C }), [])
    assert.deepEqual(await found({ state: 'done' }), [])
    assert.deepEqual(await found({ from: '2999-01-01T00:00:00Z' }), [])
    assert.deepEqual(await found({ to: '2999-01-01T00:00:00Z' }), ['one', 'two'])
    for (const hostile of ["' OR 1=1 --", '"a" NEAR b*', '%', 'a:b & !c', '*', '\u202e', 'w', '()']) {
      assert.deepEqual(await found({ q: hostile }), [], hostile)
    }
  })

  it('are a whole table as CSV', async (t) => {
    const bus = await start(t)
    const subjects = Array.from({ length: 120 }, (_, index) => `case-${index}`)
    await publish(bus.clients.A, ...subjects.map((subject) => bus.document({ subject }, { title: '=1+1' })))
    await find(bus.clients.A, {})
    const { privateJwk: key } = bus.keys.A
    const signer = await createSigner({ system: systemOf('A'), key, audience: bus.url })
    const csv = async (query: string): Promise<readonly Record<string, string>[]> => {
      const headers = { accept: 'text/csv', authorization: `Bearer ${await signer.plain()}` }
      const answer = await fetch(`${bus.url}/v1/flows?${query}`, { headers })
      assert.match(answer.headers.get('content-type') ?? '', /^text\/csv; charset=utf-8/)
      return parse(await answer.text(), { bom: true, columns: true })
    }
    const rows = await csv('state=open')
    assert.deepEqual(rows.map(({ flow }) => flow).sort(), subjects.toSorted())
    assert.deepEqual([rows[0]?.title, rows[0]?.holders], ["'=1+1", codes.B])
    const some = await csv('limit=110')
    assert.equal(some.length, 111)
    const [, after = ''] = /after=([\d.]+)$/.exec(some.at(-1)?.flow ?? '') ?? []
    assert.equal((await csv(`after=${after}`)).length, 10)
  })

  it('show an agency only the steps that it may see, others as blanks, and no flow without one', async (t) => {
    const bus = await start(t)
    const { A, B, C } = bus.clients
    await publish(
      A,
      bus.document({ subject: 'case', recipients: `${codes.B},${codes.C}` }, { title: 'Hồ sơ chung' }),
      bus.document({ subject: 'case', recipients: codes.B }, { title: 'Hồ sơ riêng' }),
      bus.document({ subject: 'other', recipients: codes.B }, { title: 'Riêng' })
    )
    const titles = async (client: Client, query = {}) => (await find(client, query)).map(({ title }) => title)
    assert.deepEqual((await titles(B, { q: 'rieng' })).sort(), ['Hồ sơ chung', 'Riêng'])
    assert.deepEqual(await titles(C), ['Hồ sơ chung'])
    assert.deepEqual(await titles(C, { q: 'rieng' }), [])
    const { steps } = await C.get<Timeline>(nameOf('case'))
    assert.deepEqual(
      steps.map((step) => Object.keys(step).sort().includes('hash')),
      [true, false]
    )
    assert.deepEqual(Object.keys(steps[1] ?? {}).sort(), ['agency', 'isHidden', 'number', 'recordedTime'])
    for (const flow of ['other', 'nothing']) {
      await assert.rejects(C.get(nameOf(flow)), { code: 'BUS_NOT_FOUND' }, flow)
    }
    assert.equal((await bus.operator.get<Timeline>(nameOf('case'))).steps.length, 2)
  })
})
