import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { cli, repository } from './demo-bus.ts'

/** The demo province with its folders, in a separate process; can be killed and started again on the same data. */
export async function startDemo(
  t: Pick<TestContext, 'after'>,
  folder: string,
  more: readonly string[] = []
): Promise<{ readonly child: ChildProcess; readonly gateway: string }> {
  const flags = ['demo', '--lang', 'en', '--data', folder, '--port', '0', '--management-port', '0', ...more]
  const child = spawn(process.execPath, [cli, ...flags], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'ignore']
  })
  t.after(() => child.kill('SIGKILL'))
  const printed: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(line)
    if (line.startsWith('Ready')) break
  }
  assert.match(printed.at(-1) ?? '', /^Ready/, `the demo ended before it was ready:\n${printed.join('\n')}`)
  child.stdout.resume()
  const gateway = printed
    .map((line) => / runs at (http:\S+) /.exec(line)?.[1])
    .find((url) => url !== undefined)
  assert.ok(gateway)
  return { child, gateway }
}

/** Puts a complete package for the bus into the folder. */
export function drop(folder: string, agency: string, name: string, content: string): void {
  const root = join(folder, 'packages', agency)
  mkdirSync(join(root, 'writing'), { recursive: true })
  writeFileSync(join(root, 'writing', name), content)
  renameSync(join(root, 'writing', name), join(root, 'in', name))
}

export function namesIn(folder: string, agency: string, place: string): readonly string[] {
  return readdirSync(join(folder, 'packages', agency, place)).sort()
}

export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 1200; tries += 1) {
    if (condition()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.fail(`${what} has not happened in two minutes`)
}
