import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { repository } from './demo-bus.ts'

/** A process of the test's own that runs a script on the sources; killed after the test. */
export interface ChildScript {
  /** What it prints, line by line. */
  readonly lines: AsyncIterable<string>
  kill(): void
  /** Resolves once it has ended, with the signal that ended it or null. */
  ended(): Promise<NodeJS.Signals | null>
}

export interface ChildScriptOptions {
  /** No file of it may grow beyond this: writes are cut short there, as on a full disk. */
  readonly maxFileKib?: number
}

/** Starts an ES module given as text; its relative imports start at the repository. */
export function startScript(
  t: Pick<TestContext, 'after'>,
  script: string,
  { maxFileKib }: ChildScriptOptions = {}
): ChildScript {
  const limit = maxFileKib === undefined ? 'unlimited' : maxFileKib
  const child: ChildProcess = spawn(
    'bash',
    ['-c', `ulimit -f ${limit}; exec "$0" "$@"`, process.execPath, '--input-type=module', '-e', script],
    { cwd: repository, stdio: ['ignore', 'pipe', 'inherit'] }
  )
  t.after(() => child.kill('SIGKILL'))
  if (!child.stdout) throw new TypeError('the script has no output')
  return {
    lines: createInterface({ input: child.stdout }),
    kill: () => child.kill('SIGKILL'),
    async ended() {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      return child.signalCode
    }
  }
}
