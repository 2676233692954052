import assert from 'node:assert/strict'
import { it } from 'node:test'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { killedAt, startScript } from '../../helpers/child-script.ts'
import { labTables, openFlowsLab, someSteps } from '../../helpers/flows-lab.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { until } from '../../helpers/until.ts'

const everything = { agency: '/bus', seesAll: true }

describeOnEveryStore('the view of flows', (openStore) => {
  it('has every event once, whoever adds it', async (t) => {
    const store = await openStore(t, labTables)
    const lab = openFlowsLab(store)
    const followers = [lab.follow(), lab.follow()]
    for (let first = 0; first < 1500; first += 300) await lab.publish(someSteps(300, first))
    await lab.upToDate()
    for (const one of followers) await one.close()
    const { steps, terms } = await lab.rows()
    assert.deepEqual(
      steps.map(({ number }) => number),
      Array.from({ length: 1500 }, (_, index) => index + 1)
    )
    const counted = terms.filter(({ term }) => term === 'tdocument.issued.v1')
    assert.deepEqual(
      counted.map(({ block, events }) => [block, events.length / 2]),
      [
        [0, 682],
        [1, 318]
      ]
    )
  })

  it('waits for the acts under which events were accepted, as another process may have recorded them', async (t) => {
    const lab = openFlowsLab(await openStore(t, labTables))
    const follower = lab.follow()
    t.after(() => follower.close())
    await lab.publish([{ from: 'A', to: 'B', subject: 'case' }])
    await lab.upToDate()
    assert.deepEqual(
      (await lab.rows()).expected.map(({ id }) => id),
      ['1.recipient.B']
    )
  })

  it('takes an answer about the same subject for one, though it names no flow or another, if it is for who asked', async (t) => {
    const lab = openFlowsLab(await openStore(t, labTables))
    const follower = lab.follow()
    t.after(() => follower.close())
    const status = { from: 'B', subject: 'case', type: 'document.status-changed.v1' } as const
    await lab.publish([
      { from: 'A', to: 'B', subject: 'case', flow: 'ROOT' },
      { from: 'C', to: 'B', subject: 'case', flow: 'OTHER' },
      { from: 'C', to: 'B', subject: 'case-2', flow: 'ROOT' }
    ])
    await lab.upToDate()
    await lab.publish([{ ...status, to: 'A' }])
    await lab.upToDate()
    const open = async () => (await lab.rows()).expected.map(({ id }) => id)
    assert.deepEqual(await open(), ['2.recipient.B', '3.recipient.B'])
    await lab.publish([
      { from: 'C', to: 'B', subject: 'case-2', type: 'document.recalled.v1' },
      { ...status, to: 'C', flow: 'THIRD' }
    ])
    await lab.upToDate()
    assert.deepEqual(await open(), [])
  })

  it('is made again beside itself while events come in, and is the same then', async (t) => {
    const store = await openStore(t, labTables)
    const lab = openFlowsLab(store)
    const follower = lab.follow()
    t.after(() => follower.close())
    await lab.publish(someSteps(900))
    await lab.upToDate()
    await lab.flows.rebuild()
    const found = async () =>
      (await lab.flows.search(everything, { q: 'ho so so 6' }, { limit: 10 })).items.length
    for (let first = 900; first < 1500; first += 100) {
      assert.equal(await found(), 1, 'searched all the time')
      await lab.publish(someSteps(100, first))
    }
    await lab.upToDate()
    const again = await lab.rows()
    await lab.flows.rebuild()
    await lab.flows.rebuild()
    await lab.upToDate()
    assert.deepEqual(await lab.rows(), again)
    assert.deepEqual(
      (await lab.generations()).map(({ generation, state, position }) => [generation > 2, state, position]),
      [[true, 'live', 1500]]
    )
  })
})

it('a process that is killed in a batch, or while it makes the view again, leaves it whole for the next', async (t) => {
  const folder = temporaryFolder(t)
  const open = () => {
    const store = openSqliteStore({ folder, parts: labTables, onFatal: assert.ifError })
    return { store, lab: openFlowsLab(store) }
  }
  const before = open()
  await before.lab.publish(someSteps(3000))
  await before.store.close()
  const killed = async (hit: number): Promise<void> => {
    const script = `import { openSqliteStore } from './engines/store/sqlite/sqlite-store.ts'
      import { labTables, openFlowsLab } from './tests/helpers/flows-lab.ts'
      openFlowsLab(openSqliteStore({ folder: ${JSON.stringify(folder)}, parts: labTables, onFatal: console.error })).follow()`
    assert.equal(await startScript(t, killedAt(`flows.before-commit:${hit}`, script)).ended(), 'SIGKILL')
  }
  await killed(2)
  const first = open()
  assert.deepEqual(
    (await first.lab.generations()).map(({ position }) => position),
    [1023]
  )
  const follower = first.lab.follow()
  await first.lab.upToDate()
  await follower.close()
  const whole = await first.lab.rows()
  assert.equal(whole.steps.length, 3000)
  await first.lab.flows.rebuild()
  await first.store.close()
  await killed(2)
  const second = open()
  t.after(() => second.store.close())
  assert.deepEqual(
    (await second.lab.generations()).map(({ state, position }) => [state, position]),
    [
      ['live', 3000],
      ['building', 1023]
    ]
  )
  const next = second.lab.follow()
  await until(async () => (await second.lab.flows.status()).rebuilding === undefined, 20_000)
  await second.lab.upToDate()
  await next.close()
  assert.deepEqual(await second.lab.rows(), whole)
})
