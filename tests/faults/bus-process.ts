import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const cli = join(import.meta.dirname, '..', '..', 'cli', 'main.ts')
const [firstLine = ''] = readFileSync(cli, 'utf8').split('\n', 1)

/** What Node is told of memory, as the program's first line has it. */
export const nodeFlags = firstLine.split(' ').filter((word) => word.startsWith('--'))
/** The program and its words, as it is started by its name. */
export const lienthong = [process.execPath, ...nodeFlags, cli]

/** The whole bus in a process of its own, to be killed. */
export interface BusProcess {
  readonly gateway: string
  readonly pid: number
  /** Resolves with the signal or exit code once it has ended. */
  readonly ended: Promise<string>
  kill(): void
}

export interface BusProcessOptions {
  readonly folder: string
  readonly port: number
  /** By default a free one that nobody needs to know. */
  readonly managementPort?: number
  readonly config?: string
  /** `name:hit`, where it is to end itself. */
  readonly failpoint?: string
  /** A command that runs the one after it. */
  readonly under?: readonly string[]
  /** A module loaded before the bus. */
  readonly preload?: string
  readonly environment?: Readonly<Record<string, string>>
  /** See `ApartOptions`. */
  readonly startsWithinMs?: number
}

export interface ApartOptions {
  /** The program and its words. */
  readonly command: readonly string[]
  /** Finds in what it prints, line by line, that it runs; its first group is told. */
  readonly runs: RegExp
  /** The file its errors are added to; without it they go where ours do. */
  readonly log?: string
  readonly failpoint?: string | undefined
  readonly environment?: Readonly<Record<string, string>> | undefined
  /** Longest start, in milliseconds; by default two minutes, as a busy machine takes its time. */
  readonly startsWithinMs?: number
}

/** A process in a group of its own, so that what runs it is killed with it, and none outlives ours. */
export interface ApartProcess {
  readonly pid: number
  /** What it said when it ran. */
  readonly said: string
  /** Resolves with the signal or exit code once it has ended. */
  readonly ended: Promise<string>
  kill(): void
}

const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach(killGroup))
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

function killGroup({ pid = 0 }: ChildProcess): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** Starts the bus and waits until it listens; undefined when it ended before that. */
export async function startBus(options: BusProcessOptions): Promise<BusProcess | undefined> {
  const { folder, port, managementPort = 0, config, under = [], preload } = options
  const flags = [
    '--data',
    folder,
    '--port',
    String(port),
    '--management-port',
    String(managementPort),
    '--log-level',
    'error'
  ]
  const command = [
    ...under,
    process.execPath,
    ...(preload === undefined ? [] : ['--import', preload]),
    ...lienthong.slice(1),
    'up',
    ...flags,
    ...(config === undefined ? [] : ['--config', config])
  ]
  const bus = await startApart({ ...options, command, runs: / on (http:\S+) / })
  return bus && { ...bus, gateway: bus.said }
}

const startsWithinMs = 120_000

/** Starts a process and waits until it says that it runs; undefined when it ended before that, or was killed because it never said so. */
export async function startApart(options: ApartOptions): Promise<ApartProcess | undefined> {
  const [program = '', ...words] = options.command
  const errors = options.log === undefined ? undefined : openSync(options.log, 'a')
  const child: ChildProcess = spawn(program, words, {
    stdio: ['ignore', 'pipe', errors ?? 'inherit'],
    detached: true,
    env: {
      ...process.env,
      ...options.environment,
      ...(options.failpoint === undefined ? {} : { LIENTHONG_FAILPOINT: options.failpoint })
    }
  })
  if (errors !== undefined) closeSync(errors)
  running.add(child)
  child.once('exit', () => running.delete(child))
  const ended = once(child, 'exit').then(([code, signal]) => String(signal ?? code))
  if (!child.stdout) return undefined
  const late = setTimeout(() => killGroup(child), options.startsWithinMs ?? startsWithinMs)
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const [, said] = options.runs.exec(line) ?? []
      if (said !== undefined) return { said, pid: child.pid ?? 0, ended, kill: () => killGroup(child) }
    }
    await ended
  } finally {
    clearTimeout(late)
  }
  return undefined
}
