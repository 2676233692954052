import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startScript } from '../child-script.ts'
import { describeOnPostgresProcess } from './postgres.ts'
import type { PostgresServer } from './postgres-server.ts'

/** An endless wait fails its test. */
const atMostAMinute = { timeout: 60_000 }

function postmasterOf({ folder }: PostgresServer): number {
  return Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0])
}

describeOnPostgresProcess('a PostgreSQL as a process', (server) => {
  it('is stopped though it has just ended by itself, and starts again', atMostAMinute, async () => {
    const postmaster = postmasterOf(server)
    process.kill(postmaster, 'SIGKILL')
    while (existsSync(`/proc/${postmaster}`)); // The event arrives only after this turn.
    await server.signal('SIGCONT')
    await server.stop('SIGQUIT')
    await server.start()
    await server.newDatabase()
  })

  it('starts again beside a session that outlives its postmaster for a moment', atMostAMinute, async () => {
    const url = await server.newDatabase()
    const asked = server.ask(url, 'SELECT count(*) FROM generate_series(1, 1e7)').catch(() => {})
    await pause(300)
    process.kill(postmasterOf(server), 'SIGKILL')
    await pause(100)
    await server.stop()
    await server.start()
    await Promise.all([asked, server.newDatabase()])
  })

  it('fails what is being asked when it is killed, and that alone', atMostAMinute, async () => {
    const url = await server.newDatabase()
    const asked = assert.rejects(server.ask(url, 'SELECT pg_sleep(30)'))
    await pause(300)
    await server.stop('SIGKILL')
    await asked
    await server.start()
  })

  it('ends with its folder though the tests that use it were killed', async (t) => {
    const tests = startScript(
      t,
      `
      import { it } from 'node:test'
      import { describeOnPostgresProcess } from './tests/helpers/servers/postgres.ts'
      describeOnPostgresProcess('killed', (server) => {
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
