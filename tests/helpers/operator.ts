import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'
import type { GatewayError } from '#client/gateway-error.ts'
import { cli } from './demo-bus.ts'
import { startTestBus, type TestBus } from './test-bus.ts'

const execute = promisify(execFile)

/** What a command printed. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

type Run = (...args: readonly string[]) => Promise<Ran>

/** A bus, and commands that its operator runs in a language, without a terminal. */
export async function startOperator(
  t: TestContext,
  lang = 'en_GB.UTF-8'
): Promise<{ readonly bus: TestBus; readonly run: Run }> {
  const bus = await startTestBus(t)
  return { bus, run: (...args) => runCommand([...args, ...flagsOf(bus)], lang) }
}

/** Runs a command in a language, without a terminal. */
export async function runCommand(args: readonly string[], lang = 'en_GB.UTF-8'): Promise<Ran> {
  const env = { ...process.env, LC_ALL: lang }
  const running = execute(process.execPath, [cli, ...args], { env, timeout: 60_000 })
  running.child.stdin?.end()
  return running.then(
    (done) => ({ code: 0, ...done }),
    (error: Ran) => error
  )
}

function flagsOf(bus: TestBus): readonly string[] {
  return ['--gateway', bus.url, '--as', 'operator', '--key', join(bus.folder, 'keys', 'operator.jwk')]
}

/** What a command of the operator shows on a terminal, where its question gets an answer; it ends by itself. */
export async function onTerminal(
  bus: TestBus,
  args: readonly string[],
  answer: () => Promise<string>
): Promise<string> {
  const words = [process.execPath, cli, ...args, ...flagsOf(bus), '--lang', 'en']
  const command = words.map((word) => `'${word}'`).join(' ')
  const running = execute('script', ['-qec', command, '/dev/null'], { timeout: 30_000 })
  const { stdin, stdout } = running.child
  let shown = ''
  stdout?.on('data', async (text: string) => {
    const isAsked = shown.includes('Go on?')
    shown += text
    if (!isAsked && shown.includes('Go on?')) stdin?.write(`${await answer()}\n`)
  })
  return running.then(
    (done) => done.stdout,
    (error: Ran & { readonly killed: boolean }) => {
      assert.equal(error.killed, false, 'the command does not end')
      return error.stdout
    }
  )
}

/** What a command that is refused says: one line and nothing else. */
export function oneLine({ code, stdout, stderr }: Ran): string {
  assert.equal(code, 1)
  assert.equal(stdout, '')
  assert.match(stderr, /^[^\n]+\n$/)
  return stderr.trim()
}

/** The error of a request that must be refused. */
export async function refusalOf(work: Promise<unknown>): Promise<GatewayError> {
  return work.then(
    () => assert.fail('it must be refused'),
    (error) => error
  )
}
