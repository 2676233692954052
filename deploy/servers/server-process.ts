import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cleanup } from './cleanup.ts'

export interface ServerProcessOptions {
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]]
  /** Variables in addition to those of this process. */
  readonly environment?: Readonly<Record<string, string>>
  readonly folder: string
  /** The file that its output is appended to. */
  readonly log: string
  /** Longest start; long, for a busy machine. */
  readonly startsWithinMs?: number
  /** Whether it answers correctly; called until it does. Throwing means no. */
  readonly isReady: (signal: AbortSignal) => Promise<boolean>
}

/** A server of a test or the demo; it ends at the latest with this process, however that ends. */
export interface ServerProcess {
  readonly pid: number
  /** Pauses it (SIGSTOP): connections stay open and nothing answers. */
  freeze(): void
  /** Continues it (SIGCONT). */
  thaw(): void
  /** Asks it to end (SIGTERM) and resolves when it has; harmless if it has. */
  stop(): Promise<void>
  /** Kills it (SIGKILL), paused or not, and resolves when it is gone; harmless if it is. */
  kill(): Promise<void>
}

const askedEvery = 50

/** Resolves when it is ready; rejects with the end of its output if it ends or does not become ready. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const log = openSync(options.log, 'a')
  const [program, ...words] = endsWithParent(withEnvironment(options))
  const child = spawn(program, words, {
    cwd: options.folder,
    stdio: ['ignore', log, log]
  })
  closeSync(log)
  const { pid } = child
  if (pid === undefined)
    throw new ServerFailure(`${program} does not start: ${String((await once(child, 'error'))[0])}`)
  const kill = async (): Promise<void> => {
    if (child.kill('SIGKILL')) await ended(child)
  }
  try {
    await becomesReady(child, options)
  } catch (cause) {
    await kill()
    const printed = readFileSync(options.log, 'utf8').slice(-4000)
    throw new ServerFailure(`${options.command[0]} did not become ready:\n${printed}`, { cause })
  }
  return {
    pid,
    freeze() {
      if (child.kill('SIGSTOP')) standsStill(pid)
    },
    thaw: () => child.kill('SIGCONT'),
    async stop() {
      if (child.kill('SIGTERM')) await ended(child)
    },
    kill
  }
}

/** Why a server does not run. */
export class ServerFailure extends Error {
  override readonly name = 'ServerFailure'
}

/** A folder for servers; removed at the end, after `end` has stopped them. */
export function serverFolder(t: Cleanup, end: () => Promise<unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-'))
  t.after(async () => {
    await end()
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** Starts servers that share a folder, which users of theirs may enter; they end at the end. */
export async function startServers(
  t: Cleanup,
  prepare: (folder: string) => readonly ServerProcessOptions[]
): Promise<void> {
  const running: ServerProcess[] = []
  const folder = serverFolder(t, () => Promise.all(running.map((one) => one.kill())))
  chmodSync(folder, 0o755)
  const starting = prepare(folder).map(async (one) => running.push(await startServerProcess(one)))
  await Promise.allSettled(starting) // What still starts would not end.
  await Promise.all(starting)
}

/** Waits until the signal has reached every thread; a running thread might still answer. */
function standsStill(pid: number): void {
  const until = performance.now() + 1000
  while (process.platform === 'linux' && threadStates(pid).some((state) => !'TZX'.includes(state))) {
    if (performance.now() > until) return
  }
}

/** States of its threads as in /proc; `T` is stopped. */
function threadStates(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => {
      const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
      return text.charAt(text.lastIndexOf(')') + 2)
    })
  } catch {
    return ['R'] // A thread ended meanwhile: look again.
  }
}

function withEnvironment({
  command,
  environment = {}
}: Pick<ServerProcessOptions, 'command' | 'environment'>): readonly [string, ...string[]] {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  return variables.length === 0 ? command : ['env', ...variables, ...command]
}

/** On Linux the kernel kills it when this process dies, even by SIGKILL. */
function endsWithParent(command: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL', '--', ...command] : command
}

async function becomesReady(
  child: ChildProcess,
  { isReady, startsWithinMs = 90_000 }: ServerProcessOptions
): Promise<void> {
  const limit = AbortSignal.timeout(startsWithinMs)
  for (;;) {
    const answers = await isReady(limit).catch(() => false)
    // Checked first: if its port was taken, another process answers.
    if (hasEnded(child)) throw new ServerFailure(`it ended with ${child.exitCode ?? child.signalCode}`)
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
