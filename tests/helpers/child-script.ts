import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { repository } from './demo-bus.ts'

/** A process that runs a script on the sources; killed after the test. */
export interface ChildScript {
  /** Its output, line by line. */
  readonly lines: AsyncIterable<string>
  kill(): void
  /** Continues it after it has stopped itself. */
  resume(): void
  /** Resolves once it has ended, with the signal that ended it or null. */
  ended(): Promise<NodeJS.Signals | null>
}

/** The same script, which kills itself with SIGKILL at a failpoint, `name:hit`. */
export function killedAt(failpoint: string, script: string): string {
  return `import { armFailpoint } from './engines/telemetry/failpoints.ts'
    armFailpoint('${failpoint}')
    ${script}`
}

/**
 * Starts an ES module given as text; its relative imports start at the repository. `under` is a command
 * that runs the one after it, as in `faulty-disk.ts`.
 */
export function startScript(
  t: Pick<TestContext, 'after'>,
  script: string,
  under: readonly string[] = []
): ChildScript {
  const [command = '', ...words] = [...under, process.execPath, '--input-type=module', '-e', script]
  const child: ChildProcess = spawn(command, words, { cwd: repository, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  if (!child.stdout) throw new TypeError('the script has no output')
  return {
    lines: createInterface({ input: child.stdout }),
    kill: () => child.kill('SIGKILL'),
    resume: () => child.kill('SIGCONT'),
    async ended() {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      return child.signalCode
    }
  }
}
