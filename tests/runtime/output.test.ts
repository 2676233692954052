import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { shellCommand } from '#cli/shell-quote.ts'
import { repository } from '../helpers/demo-bus.ts'

const execute = promisify(execFile)
const script = `import { say } from './runtime/output.ts'
  say('plain ', ['green', 'a\\u001b[2Jb'])`
const words = [process.execPath, '--input-type=module', '-e', script]
/** Node shows no colours where `CI` is set, whatever the terminal has. */
const { NO_COLOR, FORCE_COLOR, CI, ...inherited } = process.env

async function onTerminal(environment: object): Promise<string> {
  const env = { ...inherited, TERM: 'xterm-256color', ...environment }
  const options = { cwd: repository, env }
  return (await execute('script', ['-qec', shellCommand(...words), '/dev/null'], options)).stdout.trim()
}

describe('colours of standard output', () => {
  it('are shown on a terminal only, and control characters of a text never', async () => {
    assert.equal(await onTerminal({}), 'plain \u001b[32ma\\u001b[2Jb\u001b[39m')
    const [program = '', ...rest] = words
    const piped = await execute(program, rest, { cwd: repository, env: inherited })
    assert.equal(piped.stdout, 'plain a\\u001b[2Jb\n')
  })

  it('are left out with NO_COLOR, and on a terminal that has none', async () => {
    for (const environment of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      assert.equal(await onTerminal(environment), 'plain a\\u001b[2Jb')
    }
  })
})
