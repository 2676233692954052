import assert from 'node:assert/strict'
import { it } from 'node:test'
import { labTables, openFlowsLab, someSteps } from '../../helpers/flows-lab.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

const everything = { agency: '/bus', seesAll: true }

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
})
