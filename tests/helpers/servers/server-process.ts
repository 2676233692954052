import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cleanup } from './cleanup.ts'

export interface ServerProcessOptions {
  /** The program and its words. */
  readonly command: readonly [string, ...string[]]
  readonly environment?: Readonly<Record<string, string>>
  readonly folder: string
  /** The file that takes what it prints, added at the end. */
  readonly log: string
  /** Whether it answers as it should; asked until it is so. Throwing means no. */
  readonly isReady: (signal: AbortSignal) => Promise<boolean>
}

/** A process of the test's own; it ends with the test's process at the latest, however that ends. */
export interface ServerProcess {
  readonly pid: number
  /** Stops it where it stands (SIGSTOP): connections stay open and nothing answers. */
  freeze(): void
  /** Lets it go on (SIGCONT). */
  thaw(): void
  /** Kills it (SIGKILL), frozen or not, and resolves once it is gone; harmless when it is. */
  kill(): Promise<void>
}

/** Longest start, in milliseconds; a busy machine takes its time. */
const startsWithin = 90_000
const askedEvery = 50

/** Resolves once it is ready; rejects with the end of what it printed where it ends or never is. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const log = openSync(options.log, 'a')
  const [program, ...words] = endsWithParent(options.command)
  const child = spawn(program, words, {
    cwd: options.folder,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', log, log]
  })
  closeSync(log)
  const { pid } = child
  if (pid === undefined)
    throw new Error(`${program} does not start: ${String((await once(child, 'error'))[0])}`)
  const kill = async (): Promise<void> => {
    if (child.kill('SIGKILL')) await ended(child)
  }
  try {
    await becomesReady(child, options)
  } catch (cause) {
    await kill()
    const printed = readFileSync(options.log, 'utf8').slice(-4000)
    throw new Error(`${options.command[0]} did not become ready:\n${printed}`, { cause })
  }
  return {
    pid,
    freeze() {
      if (child.kill('SIGSTOP')) standsStill(pid)
    },
    thaw: () => child.kill('SIGCONT'),
    kill
  }
}

/** A folder for servers, taken away after the test once `end` has ended them. */
export function serverFolder(t: Cleanup, end: () => Promise<unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-'))
  t.after(async () => {
    await end()
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** The signal takes a moment to reach every thread; one that still runs may answer. */
function standsStill(pid: number): void {
  const until = performance.now() + 1000
  while (process.platform === 'linux' && threadStates(pid).some((state) => !'TZX'.includes(state))) {
    if (performance.now() > until) return
  }
}

/** Of each thread that is still there, as /proc words it: `T` stands still. */
function threadStates(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => {
      const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
      return text.charAt(text.lastIndexOf(')') + 2)
    })
  } catch {
    return ['R'] // A thread ended meanwhile: looked at again.
  }
}

/** On Linux the kernel kills it when the test's process dies, be it by SIGKILL. */
function endsWithParent(command: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL', '--', ...command] : command
}

async function becomesReady(child: ChildProcess, { isReady }: ServerProcessOptions): Promise<void> {
  const limit = AbortSignal.timeout(startsWithin)
  for (;;) {
    const answers = await isReady(limit).catch(() => false)
    // Looked at first: where its port was taken, it is somebody else that answers.
    if (hasEnded(child)) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`)
    if (answers) return
    limit.throwIfAborted()
    await sleep(askedEvery)
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) await once(child, 'exit')
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}
