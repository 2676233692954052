import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, it, type TestContext } from 'node:test'
import { promisify, stripVTControlCharacters } from 'node:util'
import { shellCommand } from '#cli/shell-quote.ts'
import { repository } from '../helpers/demo-bus.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

const execute = promisify(execFile)

/** `npm start` on a data folder whose name has a space and a quote, until it has said how to go on. */
async function npmStart(t: TestContext, lang: string, onTerminal: boolean) {
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.stdin.write('\u0003')
    child.kill('SIGTERM')
    await gone
  })
  const data = join(temporaryFolder(t), "it's data")
  mkdirSync(data)
  const flags = ['--lang', lang, '--data', data, '--port', '0', '--management-port', '0']
  const words = ['npm', 'start', '--', ...flags]
  const [command = '', ...rest] = onTerminal ? ['script', '-qec', shellCommand(...words), '/dev/null'] : words
  const { NO_COLOR, FORCE_COLOR, CI, ...environment } = process.env
  const env = { ...environment, TERM: 'xterm-256color' }
  const child = spawn(command, rest, { cwd: repository, env, stdio: ['pipe', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  const printed: string[] = []
  const end = async (): Promise<void> => {
    await gone
    await until(async () => !(await answers(gatewayIn(printed))), 20_000)
  }
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(line)
    if (line.includes('#login=')) return { child, printed, end }
  }
  throw new TypeError(`the demo ended before it was ready:\n${printed.join('\n')}`)
}

function gatewayIn(printed: readonly string[]): string {
  return /http:\/\/127\.0\.0\.1:\d+/.exec(printed.join('\n'))?.[0] ?? ''
}

function answers(gateway: string): Promise<boolean> {
  return fetch(gateway).then(
    () => true,
    () => false
  )
}

/** The line below the one that begins with a text. */
function lineBelow(printed: readonly string[], text: string): string {
  const line = printed[printed.findIndex((one) => one.startsWith(text)) + 1]?.trim()
  assert.ok(line, `${text} is not in:\n${printed.join('\n')}`)
  return line
}

describe('npm start', () => {
  it('prints commands that work as printed, and stops when npm is told to', async (t) => {
    const { child, printed, end } = await npmStart(t, 'en', false)
    const paste = async (text: string): Promise<string> => {
      const line = lineBelow(printed, text)
      assert.match(line, /^npx --no-install lienthong /)
      return (await execute('bash', ['-c', line], { cwd: repository, timeout: 120_000 })).stdout
    }
    const read = 'Read what Sở mẫu B (000.00.92.H03) received:'
    const sent = / document\.issued\.v1 000\.00\.91\.H03,\S+,15\/SMA-VP /
    assert.doesNotMatch(await paste(read), sent)
    const send = 'Send a document from Sở mẫu A (000.00.91.H03) to Sở mẫu B (000.00.92.H03):'
    assert.match(await paste(send), /\b[0-9a-f-]{36} [0-9a-f]{64}\n$/)
    assert.match(await paste(read), sent)
    assert.match(await paste('See as operator which cases are stuck:'), /000\.00\.84\.H03/)
    assert.match(await paste('Get another link to the console:'), /#login=/)
    assert.doesNotMatch(printed.join('\n'), /\u001b/)
    child.kill('SIGTERM')
    await end()
  })

  it('on a terminal has colours, speaks one language, and ends at Ctrl-C', async (t) => {
    const { child, printed, end } = await npmStart(t, 'vi', true)
    const output = printed.join('\n')
    assert.ok(output.includes('\u001b[32m✓\u001b[39m'), output)
    const plain = stripVTControlCharacters(output)
    assert.match(plain, /UBND phường mẫu 2 \(000\.00\.82\.H03\) đã nhận/)
    assert.match(plain, /Mọi bước đều thành công\./)
    assert.doesNotMatch(plain, /\b(?:informed|answered|valid|Ready|Send|Read)\b/)
    child.stdin.write('\u0003')
    await end()
  })
})
