import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { appendingWriter } from '#runtime/appending-writer.ts'
import { tablesOnOneMachine } from '#runtime/tables.ts'
import { openFlowsLab, someSteps } from '../helpers/flows-lab.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

function openStore(t: TestContext) {
  const folder = temporaryFolder(t)
  const store = openSqliteStore({
    ...{ folder, parts: tablesOnOneMachine, writer: appendingWriter },
    onFatal: assert.ifError
  })
  t.after(() => store.close())
  return store
}

test('the thread that writes extends the view of flows as a transaction of the main thread does', async (t) => {
  const rows = async (inWriter: boolean) => {
    const store = openStore(t)
    const lab = openFlowsLab(store, inWriter ? store : undefined)
    const follower = lab.follow()
    for (let first = 0; first < 1500; first += 300) await lab.publish(someSteps(300, first))
    await lab.upToDate()
    await lab.publish([{ from: 'A0', to: 'B0', subject: 'case-0', type: 'document.recalled.v1' }])
    await lab.flows.rebuild()
    await lab.upToDate()
    await follower.close()
    return lab.rows()
  }
  const inWriter = await rows(true)
  assert.equal(inWriter.steps.length, 1501)
  assert.ok(inWriter.expected.length > 0)
  assert.deepEqual(inWriter, await rows(false))
})

test('two that extend the same generation add every event once', async (t) => {
  const store = openStore(t)
  const lab = openFlowsLab(store, store)
  const followers = [lab.follow(), lab.follow()]
  for (let first = 0; first < 900; first += 300) await lab.publish(someSteps(300, first))
  await lab.upToDate()
  for (const one of followers) await one.close()
  const { steps } = await lab.rows()
  assert.deepEqual(
    steps.map(({ number }) => number),
    Array.from({ length: 900 }, (_, index) => index + 1)
  )
})
