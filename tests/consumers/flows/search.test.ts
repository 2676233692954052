import assert from 'node:assert/strict'
import { it } from 'node:test'
import { openFlowIndex } from '#consumers/flows/flow-index.ts'
import type { FlowTables } from '#consumers/flows/flow-tables.ts'
import { viewVersion } from '#consumers/flows/generations.ts'
import { blockOf, blockSize, eventsOf } from '#consumers/flows/postings.ts'
import { flowTerm } from '#consumers/flows/terms.ts'
import { insertOf } from '#engines/store/insert-rows.ts'
import { type LabStep, labTables, openFlowsLab, someSteps } from '../../helpers/flows-lab.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

const everything = { agency: '/bus', seesAll: true }
const insertGeneration = insertOf<FlowTables['flowGenerations']>('flowGenerations', [
  ...(['generation', 'version', 'state', 'position'] as const)
])
const insertTerms = insertOf<FlowTables['flowTerms']>('flowTerms', ['generation', 'term', 'block', 'events'])
const insertSteps = insertOf<FlowTables['flowSteps']>('flowSteps', ['generation', 'number', 'flow'])

describeOnEveryStore('a search of flows', (openStore) => {
  it('shows every flow on one page, whatever is added while somebody turns pages', async (t) => {
    const lab = openFlowsLab(await openStore(t, labTables))
    const follower = lab.follow()
    t.after(() => follower.close())
    await lab.publish(someSteps(300))
    await lab.upToDate()
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await lab.flows.search(
        everything,
        {},
        { limit: 7, ...(after === undefined ? {} : { after }) }
      )
      seen.push(...page.items.map(({ flow }) => flow))
      after = page.next
      if (seen.length === 14) {
        await lab.publish(someSteps(30, 300).map((step) => ({ ...step, subject: 'case-3' })))
        await lab.upToDate()
      }
    } while (after !== undefined)
    assert.equal(seen.length, 100)
    assert.equal(new Set(seen).size, 100)
  })

  it('finds a flow by words of one step and the state of another, linked dossiers under their root', async (t) => {
    const lab = openFlowsLab(await openStore(t, labTables))
    const follower = lab.follow()
    t.after(() => follower.close())
    const linked = { flow: 'ROOT', from: 'A', to: 'B' }
    await lab.publish([
      { from: 'A', to: 'B', subject: 'ROOT', title: 'Cấp giấy phép xây dựng' },
      { ...linked, subject: 'LINKED-1', title: 'Thẩm định' },
      { ...linked, subject: 'LINKED-2', title: 'Lấy ý kiến' },
      { from: 'B', to: 'A', subject: 'ROOT', type: 'document.status-changed.v1' },
      { ...linked, from: 'B', to: 'A', subject: 'LINKED-2', type: 'document.status-changed.v1' }
    ])
    await lab.upToDate()
    const find = async (query: object) =>
      (await lab.flows.search(everything, query, { limit: 10 })).items.map(({ flow, steps, missing }) => [
        flow,
        steps,
        missing.map(({ agency }) => agency)
      ])
    const only = [['ROOT', 5, ['B']]]
    assert.deepEqual(await find({ q: 'giay phep xay dung' }), only)
    assert.deepEqual(await find({ subject: 'linked-2' }), only)
    assert.deepEqual(
      await find({ q: 'giay phep', type: 'document.status-changed.v1', state: 'overdue' }),
      only
    )
    assert.deepEqual(await find({ state: 'done' }), [])
    lab.stuck.add(2)
    assert.deepEqual(await find({ state: 'stuck', q: 'xay dung' }), only)
    assert.deepEqual(await find({ state: 'overdue' }), [])
  })

  it('ends soon and says so where there is too much to look at, and goes on where it ended', async (t) => {
    const lab = openFlowsLab(await openStore(t, labTables))
    const follower = lab.follow()
    t.after(() => follower.close())
    const many = Array.from({ length: 3600 }, (_, at) => ({
      from: 'A',
      to: 'B',
      subject: `s${at}`,
      title: 'chung'
    }))
    await lab.publish([{ from: 'C', to: 'D', subject: 'old', title: 'chung riêng' }])
    for (let at = 0; at < many.length; at += 600) await lab.publish(many.slice(at, at + 600))
    await lab.upToDate()
    const query = { q: 'chung', state: 'done' } as const
    const first = await lab.flows.search(everything, query, { limit: 50 })
    assert.deepEqual([first.items, first.isPartial, typeof first.next], [[], true, 'string'])
    const words = Array.from({ length: 10_000 }, (_, at) => `w${at}`).join(' ')
    assert.equal((await lab.flows.search(everything, { q: words }, { limit: 50 })).isPartial, true)
    assert.deepEqual(
      (await lab.flows.search(everything, { q: 'chung rieng' }, { limit: 50 })).items.map(({ flow }) => flow),
      ['old']
    )
  })

  it('finds for an agency only by steps that it may see', async (t) => {
    const lab = openFlowsLab(await openStore(t, labTables))
    const follower = lab.follow()
    t.after(() => follower.close())
    await lab.publish([
      { from: 'A', to: 'B,C', subject: 'one', title: 'công khai' },
      { from: 'A', to: 'B', subject: 'one', title: 'bí mật' },
      { from: 'B', to: 'A', subject: 'two', flow: 'one', title: 'kín' }
    ])
    await lab.upToDate()
    const found = async (agency: string, query: object) =>
      (await lab.flows.search({ agency, seesAll: false }, query, { limit: 10 })).items.length
    assert.equal(await found('C', { q: 'cong khai' }), 1)
    for (const query of [{ q: 'bi mat' }, { q: 'kin' }, { subject: 'two' }, { q: 'two' }]) {
      assert.equal(await found('C', query), 0, JSON.stringify(query))
      assert.equal(await found('A', query), 1, JSON.stringify(query))
    }
    assert.equal(await found('D', {}), 0)
    const timeline = (agency: string, flow: string) =>
      lab.flows.timeline({ agency, seesAll: false }, flow, { after: 0, limit: 10 })
    assert.equal(await timeline('D', 'one'), undefined)
    assert.equal(await timeline('D', 'none'), undefined)
    assert.deepEqual(
      (await timeline('C', 'one'))?.page.map((step) => ('isHidden' in step ? 'hidden' : step.title)),
      ['công khai', 'hidden', 'hidden']
    )
  })

  it('goes on where a page ended without finding anything', async (t) => {
    const store = await openStore(t, labTables)
    const lab = openFlowsLab(store)
    // Two words that many events of each block have, and none has both.
    const blocks = 2000
    const rows = ['waa', 'wbb'].flatMap((term, index) =>
      Array.from({ length: blocks }, (_, block) => ({ generation: 1, term, block, events: `0${index}` }))
    )
    await store.transaction(async (transaction) => {
      await insertGeneration(transaction, [
        { generation: 1, version: viewVersion, state: 'live', position: blocks * blockSize }
      ])
      await insertTerms(transaction, rows)
    })
    let after: string | undefined
    for (let pages = 0; ; pages += 1) {
      assert.ok(pages < 10)
      const page = { limit: 50, ...(after === undefined ? {} : { after }) }
      const { items, next } = await lab.flows.search(everything, { q: 'aa bb' }, page)
      assert.deepEqual(items, [])
      if (next === undefined) break
      assert.notEqual(next, after)
      after = next
    }
  })

  it('is led by one criterion on all pages', async (t) => {
    const lab = openFlowsLab(await openStore(t, labTables))
    const follower = lab.follow()
    t.after(() => follower.close())
    const document = { from: 'A', to: 'B', title: 'khác' }
    const status = { ...document, from: 'B', to: 'A', type: 'document.status-changed.v1' as const }
    const many = (count: number, step: LabStep) =>
      Array.from({ length: count }, (_, index) => ({ ...step, subject: `${step.subject}${index}` }))
    await lab.publish([
      ...many(10, { ...status, subject: 'answer' }),
      ...many(45, { ...document, subject: 'case', title: 'chung' })
    ])
    for (const name of ['x', 'y', 'z']) await lab.publish(many(400, { ...document, subject: name }))
    await lab.publish(many(40, { ...status, subject: 'case' }))
    await lab.upToDate()
    const query = { q: 'chung', type: 'document.status-changed.v1' }
    const found: string[] = []
    for (let after: string | undefined; ; ) {
      const page = { limit: 7, ...(after === undefined ? {} : { after }) }
      const { items, next } = await lab.flows.search(everything, query, page)
      found.push(...items.map(({ flow }) => flow))
      after = next
      if (after === undefined) break
    }
    assert.equal(found.length, 40)
    assert.equal(new Set(found).size, 40)
  })

  it('finds what is open or stuck among more than it looks at in one go', async (t) => {
    const lab = openFlowsLab(await openStore(t, labTables))
    const follower = lab.follow()
    t.after(() => follower.close())
    const documents = Array.from({ length: 2600 }, (_, index) => ({
      ...{ from: 'A', to: 'B', subject: index < 300 ? 'long' : `s${index}` }
    }))
    const wanted = { from: 'A', to: 'C', subject: 'wanted' }
    for (let at = 0; at < 2400; at += 800) await lab.publish(documents.slice(at, at + 800))
    await lab.publish([wanted, ...documents.slice(2400)])
    await lab.upToDate()
    const find = async (query: object) =>
      (await lab.flows.search(everything, query, { limit: 10 })).items.map(({ flow }) => flow)
    assert.deepEqual(await find({ state: 'open', agency: 'C' }), [])
    assert.deepEqual(await find({ state: 'overdue', agency: 'C' }), ['wanted'])
    lab.stuck.add(1)
    assert.deepEqual(await find({ state: 'stuck' }), ['long'], 'at the first of 300 steps')
  })

  it('shows no more of what is missing than can be read, the longest due first', async (t) => {
    const lab = openFlowsLab(await openStore(t, labTables))
    const follower = lab.follow()
    t.after(() => follower.close())
    const agencies = Array.from({ length: 300 }, (_, index) => `B${index}`)
    const steps = Array.from({ length: 20 }, () => ({ from: 'A', to: agencies.join(), subject: 'all' }))
    await lab.publish([{ from: 'A', to: 'B0', subject: 'one' }, ...steps])
    await lab.upToDate()
    const { items } = await lab.flows.search(everything, {}, { limit: 10 })
    assert.deepEqual(
      items.map(({ flow, state, missing, missingIsMore }) => [flow, state, missing.length, missingIsMore]),
      [
        ['all', 'overdue', 20, true],
        ['one', 'overdue', 1, false]
      ]
    )
    const timeline = await lab.flows.timeline(everything, 'all', { after: 0, limit: 1 })
    assert.deepEqual([timeline?.missing.length, timeline?.missingIsMore], [1000, true])
  })

  it('is not hidden by a flow with very many steps, all of which are found', async (t) => {
    const store = await openStore(t, labTables)
    const lab = openFlowsLab(store)
    const [first, blocks] = [blockSize, 20]
    const numbers = Array.from({ length: blocks * blockSize }, (_, index) => first + index)
    const last = first + numbers.length
    const flows = new Map(numbers.map((number) => [number, '!']))
    flows.set(last, 'case').set(3 * blockSize, 'other') // It has the same term.
    const rowsOf = ([flow, some]: [string, readonly number[]]) =>
      Array.from(Map.groupBy(some, blockOf), ([block, own]) => ({
        ...{ generation: 1, term: flowTerm(flow), block, events: eventsOf(own) }
      }))
    await store.transaction(async (transaction) => {
      await insertGeneration(transaction, [
        { generation: 1, version: viewVersion, state: 'live', position: last }
      ])
      await insertSteps(
        transaction,
        Array.from(flows, ([number, flow]) => ({ generation: 1, number, flow }))
      )
      const ofTerms: [string, readonly number[]][] = [
        ['!', numbers],
        ['case', [last]]
      ]
      await insertTerms(transaction, ofTerms.flatMap(rowsOf))
    })
    const { items, isPartial } = await lab.flows.search(everything, {}, { limit: 10 })
    assert.deepEqual(
      items.map(({ flow, steps }) => [flow, steps]),
      [
        ['case', 1],
        ['!', 20_000]
      ]
    )
    assert.equal(isPartial, true)
    const index = openFlowIndex(store, 1)
    const found: number[] = []
    for (let after = 0; ; ) {
      const some = await index.stepsAfter('!', after, 3000)
      found.push(...some)
      after = some.at(-1) ?? after
      if (some.length < 3000) break
    }
    assert.deepEqual(
      found,
      numbers.filter((number) => flows.get(number) === '!')
    )
    const steps = (await index.stepsOf(['!'], last)).get('!')
    assert.deepEqual([steps?.first, steps?.numbers.at(-1)], [first, last - 1])
  })
})
