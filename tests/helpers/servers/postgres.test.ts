import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startScript } from '#tests/helpers/child-script.ts'
import { describeOnPostgres } from './postgres.ts'

describeOnPostgres('a PostgreSQL for tests', () => {
  it('ends with its folder though the tests that use it were killed', async (t) => {
    const tests = startScript(
      t,
      `
      import { it } from 'node:test'
      import { describeOnPostgres } from './tests/helpers/servers/postgres.ts'
      describeOnPostgres('killed', (server) => {
        it('waits', async () => {
          console.log('\\nfolder=' + server.folder + '=')
          await new Promise((resolve) => setTimeout(resolve, 60_000))
        })
      })`
    )
    let folder: string | undefined
    for await (const line of tests.lines) {
      folder = /folder=([^=]+)=/.exec(line)?.[1]
      if (folder !== undefined) break
    }
    assert.ok(folder !== undefined && existsSync(folder))
    tests.kill()
    const from = performance.now()
    while (existsSync(folder)) {
      assert.ok(performance.now() - from < 10_000, 'still there')
      await pause(20)
    }
  })
})
