import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { startScript } from '../helpers/child-script.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** Appends five records to a log one after another, each told once it is durable, with this in the environment. */
async function appendFive(t: TestContext, failpoint: string) {
  const script = startScript(
    t,
    `import { openArchiveLogIn } from './tests/helpers/open-archive-log.ts'
     import { armFromEnvironment } from './runtime/environment.ts'
     import { newRecord } from './tests/contracts/event-log.contract.ts'
     armFromEnvironment()
     const folder = ${JSON.stringify(temporaryFolder(t))}
     const { log } = await openArchiveLogIn(folder)
     for (let n = 1; n <= 5; n += 1) {
       await log.append([newRecord()])
       console.log(n)
     }
     await log.close()`,
    ['env', `LIENTHONG_FAILPOINT=${failpoint}`]
  )
  const lines = await Array.fromAsync(script.lines)
  return { lines, signal: await script.ended() }
}

describe('LIENTHONG_FAILPOINT', () => {
  it('ends the process when its point is reached for the n-th time in a worker thread', async (t) => {
    assert.deepEqual(await appendFive(t, 'log.before-commit:3'), { lines: ['1', '2'], signal: 'SIGKILL' })
  })

  it('ends it the first time where no number is given', async (t) => {
    assert.deepEqual(await appendFive(t, 'log.before-commit'), { lines: [], signal: 'SIGKILL' })
  })

  it('leaves the process alone while its point is not reached', async (t) => {
    const lines = ['1', '2', '3', '4', '5']
    assert.deepEqual(await appendFive(t, 'log.never'), { lines, signal: null })
    assert.deepEqual(await appendFive(t, 'log.before-commit:6'), { lines, signal: null })
  })
})
