import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { freePort } from '#deploy/servers/free-port.ts'
import { cli, repository } from '../helpers/demo-bus.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

/** Less than the 30 s after which a stop that does not come to its end is broken off. */
const limitMs = 15_000

/** A pipe that nobody reads, full. */
function fullPipe(t: TestContext): number {
  const path = join(temporaryFolder(t), 'pipe')
  execFileSync('mkfifo', [path])
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK) // For both, or opening it would wait.
  t.after(() => closeSync(pipe))
  assert.throws(() => {
    for (;;) writeSync(pipe, 'x'.repeat(4096))
  }, /EAGAIN/)
  return pipe
}

const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/.well-known/lienthong`).then(
    ({ ok }) => ok,
    () => false
  )

/** `lienthong up` by a command, until its gateway answers. */
async function up(t: TestContext, [command = '', ...words]: readonly string[], stdio: 'pipe' | number) {
  const port = await freePort()
  const folder = temporaryFolder(t)
  const config = join(folder, 'lienthong.yaml')
  writeFileSync(config, '{}', { mode: 0o600 })
  mkdirSync(join(folder, 'connectors.d'))
  writeFileSync(join(folder, 'connectors.d', 'one.yaml'), 'name: one\nkind: none\n') // Logs a line, behind which the next waits.
  const flags = ['--config', config, '--data', join(folder, 'data')]
  const ports = ['--port', String(port), '--management-port', '0']
  const bus = spawn(command, [...words, 'up', ...flags, ...ports], {
    cwd: repository,
    stdio: ['ignore', stdio, stdio],
    detached: true
  })
  t.after(() => endGroup(bus))
  bus.stdout?.resume()
  bus.stderr?.resume()
  await until(async () => bus.exitCode !== null || (await answers(port)), 60_000)
  assert.equal(bus.exitCode, null)
  return bus
}

function endGroup({ pid }: ChildProcess): void {
  try {
    process.kill(-(pid ?? assert.fail()), 'SIGKILL')
  } catch {} // All of it has ended.
}

/** Sends SIGTERM, and waits for an event of the process. */
async function stop(bus: ChildProcess, event: 'exit' | 'close'): Promise<readonly unknown[]> {
  bus.kill('SIGTERM')
  return once(bus, event, { signal: AbortSignal.timeout(limitMs) })
}

describe('a bus that gets SIGTERM', () => {
  it('ends where npx started it and only npx gets it', async (t) => {
    const bus = await up(t, ['npx', '--no-install', 'lienthong'], 'pipe')
    await stop(bus, 'close') // All that hold its output have ended: npx, its shell and the bus.
  })

  it('serves and ends though what reads its output and its log has stalled', async (t) => {
    const bus = await up(t, [process.execPath, cli], fullPipe(t))
    assert.deepEqual(await stop(bus, 'exit'), [0, null])
  })
})
