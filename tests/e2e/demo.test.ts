import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { cli, repository } from '../helpers/demo-bus.ts'
import { describeOnEngines } from '../helpers/engine-sets.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const run = promisify(execFile)

/** Runs the demo once and gives its exit code and output. */
async function demoOnce(folder: string, ...flags: readonly string[]) {
  const args = [
    cli,
    'demo',
    '--lang',
    'en',
    '--once',
    '--data',
    folder,
    '--port',
    '0',
    '--management-port',
    '0',
    ...flags
  ]
  try {
    const { stdout } = await run(process.execPath, args, { timeout: 60_000 })
    return { code: 0, stdout, stderr: '' }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, stdout, stderr }
  }
}

describeOnEngines('npm start -- --once', ({ flagsFor }) => {
  it('ends with 0 when every step was seen, and again on the same data', async (t) => {
    const folder = temporaryFolder(t)
    for (let time = 0; time < 2; time += 1) {
      const { code, stdout } = await demoOnce(folder, ...(await flagsFor(folder)))
      assert.equal(code, 0, stdout)
      assert.match(stdout, /3 attachments identical/)
      for (const status of ['01', '03', '06']) assert.ok(stdout.includes(`answered ${status} `))
      assert.match(stdout, /Sở mẫu B \(000\.00\.92\.H03\) accepted/)
      assert.match(stdout, /dossier\.completed\.v1/)
      assert.match(stdout, /Every step succeeded\.\n$/)
    }
  })
})

describe('npm start -- --once, on whichever engines', () => {
  it('ends with 1 and the missing step when one is broken', async (t) => {
    const folder = temporaryFolder(t)
    const province = readFileSync(join(repository, 'deploy', 'demo', 'province.yaml'), 'utf8')
    const broken = join(folder, 'province.yaml')
    writeFileSync(broken, province.slice(0, province.indexOf('agreements:\n')))
    const { code, stdout } = await demoOnce(folder, '--province', broken)
    assert.equal(code, 1)
    assert.match(stdout, /FAILED step: BUS_NOT_PERMITTED/)
    assert.match(stdout, /3 attachments identical/)
  })

  it('names a port that is taken, and what to do', async (t) => {
    const server = createServer().listen(0, '127.0.0.1')
    t.after(() => server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const { code, stderr } = await demoOnce(temporaryFolder(t), '--port', String(port))
    assert.equal(code, 1)
    assert.ok(stderr.includes(String(port)))
    assert.match(stderr, /--port/)
  })
})
