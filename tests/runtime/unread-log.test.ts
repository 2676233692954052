import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { repository } from '../helpers/demo-bus.ts'

const logger = join(repository, 'engines', 'telemetry', 'logger.ts')
const output = join(repository, 'runtime', 'output.ts')

/** A process that logs 20 MB to a pipe, then says on its standard output how much of it is kept, and does as it is told. */
const script = `
import { once } from 'node:events'
import { createLogger } from ${JSON.stringify(logger)}
import { goOnUnread, pipeOfLog } from ${JSON.stringify(output)}
goOnUnread()
const logger = createLogger({ level: 'info', destination: pipeOfLog() })
for (let left = 20_000; left > 0; left -= 1) logger.info('x'.repeat(1000))
await new Promise((done) => setImmediate(done))
console.log(process.stderr.writableLength)
const [told] = await once(process.stdin, 'data')
if (String(told) === 'end') process.exit(7)
logger.info('afterwards')
await new Promise((done) => process.stderr.write('', done))
process.exit(7)
`

function start(t: TestContext): ChildProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' })
  t.after(() => child.kill('SIGKILL'))
  return child
}

async function keptBytes({ stdout }: ChildProcess): Promise<number> {
  for await (const text of stdout ?? []) return Number(text)
  return Number.NaN
}

it('a log that nobody reads takes bounded memory, and the process ends when it is told to', async (t) => {
  const child = start(t)
  assert.ok((await keptBytes(child)) < 2_000_000)
  child.stdin?.write('end')
  assert.deepEqual(await once(child, 'exit'), [7, null])
})

it('a log that is read again says how many lines were dropped', async (t) => {
  const child = start(t)
  await keptBytes(child)
  const { promise: isRead, resolve } = Promise.withResolvers<void>()
  let text = ''
  child.stderr?.on('data', (bytes) => {
    text += bytes
    if (text.length > 500_000) resolve()
  })
  await isRead
  child.stdin?.write('go on')
  const [code] = await once(child, 'close')
  assert.equal(code, 7)
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string; dropped?: number })
  const dropped = lines.find((line) => line.dropped !== undefined)?.dropped ?? 0
  assert.equal(lines.filter(({ msg }) => msg.startsWith('xxx')).length + dropped, 20_000)
  assert.equal(lines.at(-1)?.msg, 'afterwards')
})

it('a process goes on when the reader of its log is gone', async (t) => {
  const child = start(t)
  child.stderr?.destroy()
  await keptBytes(child)
  child.stdin?.write('go on')
  assert.deepEqual(await once(child, 'exit'), [7, null])
})
