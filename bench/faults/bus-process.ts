import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const cli = join(import.meta.dirname, '..', '..', 'cli', 'main.ts')

/** The whole bus in a process of its own, to be killed. */
export interface BusProcess {
  readonly gateway: string
  /** Resolves with the signal or exit code once it has ended. */
  readonly ended: Promise<string>
  kill(): void
}

export interface BusProcessOptions {
  readonly folder: string
  readonly port: number
  readonly config?: string
  /** `name:hit`, where it is to end itself. */
  readonly failpoint?: string
}

/** Starts the bus and waits until it listens; undefined when it ended before that. */
export async function startBus(options: BusProcessOptions): Promise<BusProcess | undefined> {
  const { folder, port, config, failpoint } = options
  const flags = ['--data', folder, '--port', String(port), '--management-port', '0', '--log-level', 'error']
  const child: ChildProcess = spawn(
    process.execPath,
    [cli, 'up', ...flags, ...(config === undefined ? [] : ['--config', config])],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...(failpoint === undefined ? {} : { LIENTHONG_FAILPOINT: failpoint }) }
    }
  )
  const ended = once(child, 'exit').then(([code, signal]) => String(signal ?? code))
  if (!child.stdout) return undefined
  for await (const line of createInterface({ input: child.stdout })) {
    const [, gateway] = / on (http:\S+) /.exec(line) ?? []
    if (gateway !== undefined) return { gateway, ended, kill: () => void child.kill('SIGKILL') }
  }
  await ended
  return undefined
}
