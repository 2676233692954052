import { join } from 'node:path'
import { type ApartProcess, lienthong, startApart } from '../bus-process.ts'
import { pause } from '../load.ts'

/** A process of one role that is started again whenever it ends, as a service manager does. */
export interface RunningRole {
  readonly name: string
  /** Where a gateway listens; 0 for others. */
  readonly port: number
  /** Where its management port is while it runs. */
  readonly management: string | undefined
  /** What it logs. */
  readonly log: string
  /** Ends it without a word. Its next life ends itself at the failpoint, if one is given. */
  kill(failpoint?: string): void
  /** How it ended, and how often. */
  readonly exits: ReadonlyMap<string, number>
  /** Ends it for good. */
  stop(): Promise<void>
}

export interface RoleOptions {
  readonly role: 'gateway' | 'consumers'
  readonly name: string
  readonly configFile: string
  /** Takes what it logs. */
  readonly folder: string
  readonly port?: number
}

const restartMs = 300

/** Starts it and resolves once it runs for the first time. */
export async function keepRunning(options: RoleOptions): Promise<RunningRole> {
  const { role, name, configFile, folder, port = 0 } = options
  const log = join(folder, `${name}.log`)
  const exits = new Map<string, number>()
  let failpoint: string | undefined
  let life: ApartProcess | undefined
  let killed: number | undefined
  let stopped = false
  const first = Promise.withResolvers<void>()

  const live = async (): Promise<void> => {
    while (!stopped) {
      const armed = failpoint
      failpoint = undefined
      life = await startApart({
        command: [
          ...[...lienthong, role],
          ...['--config', configFile],
          ...(role === 'gateway' ? ['--port', String(port)] : []),
          ...['--management-port', '0', '--log-level', 'warn']
        ],
        runs: /management: (\S+)\)/,
        log,
        failpoint: armed
      })
      first.resolve()
      if (stopped) life?.kill()
      const how = await howItEnds(life, armed)
      if (!stopped) exits.set(how, (exits.get(how) ?? 0) + 1)
      life = undefined
      await pause(restartMs)
    }
  }

  const howItEnds = async (one: ApartProcess | undefined, armed: string | undefined): Promise<string> => {
    if (!one) return 'did not start'
    const how = await one.ended
    if (how !== 'SIGKILL') return `by itself (${how})`
    return one.pid === killed ? 'killed' : (armed?.split(':')[0] ?? how)
  }
  const living = live()
  await first.promise

  return {
    name,
    port,
    log,
    get management() {
      return life?.said
    },
    exits,
    kill(next) {
      failpoint = next
      killed = life?.pid
      life?.kill()
    },
    async stop() {
      stopped = true
      life?.kill()
      await living
    }
  }
}
