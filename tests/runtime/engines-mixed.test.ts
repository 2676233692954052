import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { keyIn } from '#runtime/keyring.ts'
import { cli } from '../helpers/demo-bus.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const run = promisify(execFile)

describe('engines that do not go together', () => {
  /** Runs a command that must be refused, and gives what it says; it has made nothing and called nobody. */
  const refused = async (
    t: TestContext,
    command: readonly string[],
    settings: (places: {
      readonly kafka: object
      readonly postgres: object
      readonly folder: string
    }) => object
  ): Promise<string> => {
    const folder = temporaryFolder(t)
    let calls = 0
    const server = await listening(
      createServer((socket) => {
        calls += 1
        socket.destroy()
      })
    )
    t.after(() => server.close())
    const at = `127.0.0.1:${(server.address() as { readonly port: number }).port}`
    const kafka = { brokers: [at], replication: 1, minInSyncReplicas: 1 }
    const postgres = { url: `postgres://lienthong@${at}/lienthong` }
    const data = join(folder, 'data')
    const file = join(folder, 'lienthong.yaml')
    const all = { data: { folder: data }, management: { port: 0 }, ...settings({ kafka, postgres, folder }) }
    writeFileSync(file, JSON.stringify(all))
    const words = [cli, ...command, '--lang', 'en', '--config', file]
    const ended = await run(process.execPath, words, { timeout: 30_000 }).catch(
      (error: { readonly code: number; readonly stderr: string }) => error
    )
    assert.ok('code' in ended, 'it was not refused')
    assert.equal(ended.code, 1, ended.stderr)
    assert.ok(!existsSync(data), 'it made a data folder')
    assert.equal(calls, 0, 'it called an engine')
    assert.match(ended.stderr, /^BUS_CONFIG_INVALID: /)
    return ended.stderr
  }
  const gateway = { port: 0, publicUrl: 'https://bus.example.vn' }
  const s3 = { endpoint: 'http://127.0.0.1:1', bucket: 'b-1', accessKeyId: 'a', secretAccessKey: 'b' }
  const up = ['up']

  it('are refused where the log is in Kafka and state is not in PostgreSQL', async (t) => {
    const message = await refused(t, up, ({ kafka }) => ({
      gateway,
      eventLog: { kafka },
      attachments: { s3 }
    }))
    assert.match(message, /set both eventLog\.kafka and store\.postgres, or neither/)
  })

  it('are refused where state is in PostgreSQL and the log is not in Kafka', async (t) => {
    const message = await refused(t, up, ({ postgres }) => ({
      gateway,
      store: { postgres },
      attachments: { s3 }
    }))
    assert.match(message, /set both eventLog\.kafka and store\.postgres, or neither/)
  })

  it('are refused where attachments would stay on one machine', async (t) => {
    const message = await refused(t, up, ({ kafka, postgres }) => ({
      gateway,
      eventLog: { kafka },
      store: { postgres }
    }))
    assert.match(message, /set attachments\.s3, or attachments\.folder to a folder that all processes share/)
  })

  it('are refused where attachments have two places', async (t) => {
    const message = await refused(t, up, ({ folder }) => ({
      attachments: { s3, folder: join(folder, 'shared') }
    }))
    assert.match(message, /set only one of attachments\.s3 and attachments\.folder/)
  })

  for (const role of ['gateway', 'consumers', 'connectors']) {
    it(`are refused where lienthong ${role} would run on those of one machine`, async (t) => {
      const message = await refused(t, [role], () => ({ gateway }))
      assert.match(message, new RegExp(`lienthong ${role} runs as a process of its own`))
    })

    it(`are refused where lienthong ${role} has no public address`, async (t) => {
      const message = await refused(t, [role], ({ kafka, postgres }) => ({
        eventLog: { kafka },
        store: { postgres },
        attachments: { s3 }
      }))
      assert.match(message, /gateway\.publicUrl/)
    })
  }

  it('are refused where processes that share them share no keys', async (t) => {
    const shared = async (trust: (folder: string) => object) =>
      refused(t, ['gateway'], ({ kafka, postgres, folder }) => ({
        gateway,
        eventLog: { kafka },
        store: { postgres },
        attachments: { s3 },
        trust: trust(folder)
      }))
    const elsewhere = temporaryFolder(t)
    const busKeyFile = join(elsewhere, 'bus.jwk')
    const operatorKeyFile = join(elsewhere, 'operator.jwk')
    await Promise.all([keyIn(busKeyFile, 'bus-1'), keyIn(operatorKeyFile, 'operator-1')])
    assert.match(await shared(() => ({})), /set trust\.busKeyFile/)
    assert.match(await shared(() => ({ operatorKeyFile })), /set trust\.busKeyFile/)
    assert.match(await shared(() => ({ busKeyFile })), /trust\.operatorKeys or trust\.operatorKeyFile/)
  })

  it('are refused where topics are to be made and no Kafka is named', async (t) => {
    assert.match(await refused(t, ['topics', 'apply'], () => ({})), /eventLog\.kafka is not configured/)
  })

  it('are refused where fewer copies are kept than must acknowledge', async (t) => {
    const message = await refused(t, ['topics', 'apply'], ({ kafka }) => ({
      eventLog: { kafka: { ...kafka, minInSyncReplicas: 2 } }
    }))
    assert.match(message, /minInSyncReplicas is greater than replication/)
  })
})

async function listening(server: Server): Promise<Server> {
  const { promise, resolve } = Promise.withResolvers<Server>()
  server.listen(0, '127.0.0.1', () => resolve(server))
  return promise
}
