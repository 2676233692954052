import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { startServerProcess } from '#deploy/servers/server-process.ts'
import { startScript } from '../child-script.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { afterSuite } from './cleanup.ts'
import { type Kafka, startKafka } from './kafka.ts'
import { knownBrokers } from './kafka-metadata.ts'
import { needsProcesses } from './needs.ts'
import { startVersityGateway } from './versitygw.ts'

describe('Kafka started by a test', needsProcesses('kafka'), () => {
  const suite = afterSuite()
  let kafka: Kafka
  before(async () => {
    kafka = await startKafka(suite, { brokers: 3 })
  })
  const [first, second] = [0, 1]
  const known = (broker: number): Promise<readonly number[]> => {
    const port = Number(kafka.brokers[broker]?.address.split(':')[1])
    return knownBrokers(port, AbortSignal.timeout(1000))
  }

  it('knows of all its brokers', async () => {
    assert.deepEqual([...(await known(first))].sort(), [1, 2, 3])
  })

  it('answers nothing from a broker that is frozen, and goes on once it thaws', async () => {
    await kafka.brokers[second]?.freeze()
    await assert.rejects(known(second))
    await kafka.brokers[second]?.thaw()
    assert.ok((await known(second)).length > 0)
  })

  it('takes a broker back that was killed', async () => {
    const before = kafka.brokers[second]?.pid
    await kafka.brokers[second]?.kill()
    await assert.rejects(known(second))
    await kafka.brokers[second]?.start()
    assert.notEqual(kafka.brokers[second]?.pid, before)
    assert.ok((await known(second)).includes(2))
  })
})

it('a server that has ended is not ready, whoever answers in its place', async (t) => {
  const folder = temporaryFolder(t)
  const elsewhere = async (): Promise<boolean> => {
    await pause(300)
    return true
  }
  const starting = startServerProcess({
    command: ['false'],
    folder,
    log: join(folder, 'log'),
    isReady: elsewhere
  })
  await assert.rejects(starting, /did not become ready/)
})

describe('a server started by a test', needsProcesses('versitygw'), () => {
  it('is gone when the process that started it is killed', async (t) => {
    const script = startScript(
      t,
      `import { startVersityGateway } from './tests/helpers/servers/versitygw.ts'
       const { pid } = await startVersityGateway({ after() {} }, { asProcess: true })
       console.log(pid)
       process.kill(process.pid, 'SIGKILL')`
    )
    const [pid] = await Array.fromAsync(script.lines)
    assert.equal(await script.ended(), 'SIGKILL')
    const from = performance.now()
    while (existsSync(`/proc/${pid}/exe`)) {
      assert.ok(performance.now() - from < 10_000, 'still there')
      await pause(20)
    }
  })

  it('is gone, with its folder, after the test', async (t) => {
    const afterwards: Parameters<Cleanup['after']>[0][] = []
    const gateway = await startVersityGateway({ after: (work) => afterwards.push(work) }, { asProcess: true })
    t.after(() => gateway.kill())
    for (const run of afterwards) await run()
    assert.ok(!existsSync(gateway.folder))
    assert.throws(() => gateway.pid, TypeError)
  })
})
