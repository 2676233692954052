import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, chownSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { postgresFolder } from './installed.ts'
import { mustBeInstalled } from './needs.ts'
import { noteServer } from './place.ts'
import {
  answers,
  ask,
  newDatabase,
  type PostgresOptions,
  type PostgresServer,
  settingWords
} from './postgres-server.ts'

const run = promisify(execFile)

/** Longest stop, in milliseconds; long, for a busy machine. */
const endsWithinMs = 60_000

function find(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), postgresFolder]
  return folders.map((folder) => join(folder, program)).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A server in a temporary folder of this machine. */
export async function startPostgresProcess(t: Cleanup, options: PostgresOptions): Promise<PostgresServer> {
  mustBeInstalled('postgresql')
  noteServer('postgresql')
  const server = new PostgresProcess(find('initdb') ?? '', find('postgres') ?? '', options)
  t.after(() => server.remove())
  await server.create()
  return server
}

/** PostgreSQL refuses to run as root: there it runs as the user `postgres`. */
function owner(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (what: string): number => Number(execFileSync('id', [what, 'postgres'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

/**
 * Runs the server, and stops it when this process is gone: then the pipe to the shell's input ends, and
 * nobody else would remove the folder. The server itself has no pipe of ours.
 */
const guard = `"$@" </dev/null >>"$LOG" 2>&1 3<&- &
server=$!
{ read -r _; : >"$LOG.left"; kill -QUIT $server; kill -CONT $server; } <&3 2>/dev/null &
wait $server
kill $! 2>/dev/null
[ ! -e "$LOG.left" ] || rm -rf "$(dirname "$LOG")"`

class PostgresProcess implements PostgresServer {
  readonly #initdb: string
  readonly #postgres: string
  readonly #options: PostgresOptions
  readonly #owner = owner()
  #folder = ''
  #port = 0
  #guard: ChildProcess | undefined

  constructor(initdb: string, postgres: string, options: PostgresOptions) {
    this.#initdb = initdb
    this.#postgres = postgres
    this.#options = options
  }

  get port(): number {
    return this.#port
  }

  get folder(): string {
    return this.#folder
  }

  async create(): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), 'lienthong-pg-'))
    if (this.#owner) chownSync(this.#folder, this.#owner.uid, this.#owner.gid)
    const words = ['-D', this.#data, '-A', 'trust', '-U', 'postgres', '--no-sync', '-E', 'UTF8']
    await run(this.#initdb, [...words, '--locale=C.UTF-8'], { cwd: this.#folder, ...this.#owner })
    for (let left = 3; ; left -= 1) {
      this.#port = await freePort() // Another process may take the port meanwhile: then another port is tried.
      if (await this.#started([])) return
      if (left === 1) throw new TypeError(`PostgreSQL does not start: ${this.#log()}`)
    }
  }

  async start(settings: readonly string[] = []): Promise<void> {
    // Sessions that outlive a killed postmaster for a moment prevent the next one from starting.
    const until = performance.now() + 20_000
    while (!(await this.#started(settings))) {
      if (performance.now() > until) throw new TypeError(`PostgreSQL does not start: ${this.#log()}`)
      await pause(200)
    }
  }

  async stop(signal: 'SIGKILL' | 'SIGQUIT' | 'SIGINT' = 'SIGINT'): Promise<void> {
    const [postmaster, ...sessions] = this.#processes()
    if (!this.#guard) return
    if (postmaster !== undefined) signalIfThere(postmaster, signal)
    if (signal === 'SIGKILL') for (const session of sessions) signalIfThere(session, signal)
    if (this.#isRunning) await once(this.#guard, 'exit', { signal: AbortSignal.timeout(endsWithinMs) })
    this.#guard = undefined
  }

  async remove(): Promise<void> {
    try {
      await this.signal('SIGCONT')
      await this.stop('SIGQUIT')
    } finally {
      rmSync(this.#folder, { recursive: true, force: true })
    }
  }

  async signal(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const [postmaster] = this.#processes()
    if (postmaster !== undefined) signalIfThere(postmaster, signal) // After this it starts no session that is not listed.
    for (const one of this.#processes()) signalIfThere(one, signal)
  }

  newDatabase(options = ''): Promise<string> {
    return newDatabase(this.#port, options)
  }

  ask(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
    return ask(url, sql)
  }

  get #isRunning(): boolean {
    return this.#guard?.exitCode === null && this.#guard.signalCode === null
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }

  async #started(settings: readonly string[]): Promise<boolean> {
    const all = settingWords({
      ...this.#options,
      settings: [
        'listen_addresses=127.0.0.1',
        `unix_socket_directories=${this.#folder}`,
        ...(this.#options.settings ?? []),
        ...settings
      ]
    })
    const words = ['-c', guard, 'guard', this.#postgres, '-D', this.#data, '-p', String(this.#port), ...all]
    const shell = spawn('/bin/sh', words, {
      cwd: this.#folder,
      env: { ...process.env, LOG: join(this.#folder, 'log') },
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      ...this.#owner
    })
    this.#guard = shell
    const until = performance.now() + 30_000
    while (this.#isRunning && performance.now() < until) {
      if (await answers(this.#port).catch(() => false)) return true
      await pause(50)
    }
    await this.stop('SIGQUIT')
    return false
  }

  /** The processes of the postmaster and its sessions, while it runs. */
  #processes(): readonly number[] {
    if (!this.#isRunning) return []
    try {
      const postmaster = Number(readFileSync(join(this.#data, 'postmaster.pid'), 'utf8').split('\n')[0])
      const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
      return [postmaster, ...children.trim().split(' ').filter(Boolean).map(Number)]
    } catch (error) {
      if (isGone(error)) return [] // It is ending, and so is the guard.
      throw error
    }
  }

  #log(): string {
    return readFileSync(join(this.#folder, 'log'), 'utf8').slice(-2000)
  }
}

/** Whether a process, or its file in /proc, is gone. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code))
}

/** The process may have ended since it was listed. */
function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!isGone(error)) throw error
  }
}
