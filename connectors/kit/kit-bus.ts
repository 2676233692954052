import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Client } from '#client/client.ts'
import { createClient } from '#client/create-client.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { pause } from '#protocol/timing/retry.ts'
import { generateKey, type PrivateJwk, publicJwkOf } from '#protocol/trust/jwk.ts'

/** The agency that all instances exchange events with. */
export const peer = '000.00.99.H03'
const systemOf = (agency: string): string => `/agencies/${agency}/systems/kit`

/** An instance of the bus's configuration, and the agency that it acts for. */
export interface KitInstance {
  readonly name: string
  readonly agency: string
  readonly kind: string
  /** The folder that has the kind's folder. */
  readonly kindFolder: string
  readonly settings: object
  /** Event types that it publishes, and those that it delivers. */
  readonly publishes: readonly string[]
  readonly delivers: readonly string[]
  /** The agency that they come from. Default: the peer. */
  readonly from?: string
  /** How often it polls, and its `network` settings. Default: often, and within narrow limits. */
  readonly every?: string
  readonly network?: object
}

export interface KitBusOptions {
  /** Made here. */
  readonly folder: string
  /** The program `lienthong` and its first words, and the environment that it runs in. */
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly instances: readonly KitInstance[]
  /** The instances are in the settings from the start, or once they are asked for. Default: from the start. */
  readonly begin?: 'at-once' | 'when-asked'
}

export interface StartOptions {
  /** `name:hit`, where the bus is killed. */
  readonly failpoint?: string
}

/** A real bus in a process of its own, with SQLite, that comes and goes on one port and folder. */
export interface KitBus {
  readonly gateway: string
  /** The process that runs now. */
  pid(): number
  readonly operator: Client
  readonly peer: Client
  readonly systemOf: (agency: string) => string
  /** Events of an agency that the peer got, in order. */
  published(agency: string): readonly BusEvent[]
  /** All that the processes wrote. */
  log(): string
  /** How long it has worked, as its answers show: a busy machine makes this slower, and a killed bus stops it. */
  workedMs(): number
  start(options?: StartOptions): Promise<void>
  /** Adds the instances to the settings, which the running bus reloads. */
  beginInstances(): Promise<void>
  kill(): Promise<void>
  /** Resolves once the process has ended by itself. */
  ended(): Promise<void>
  /** How far its clock is off; resolves once the bus goes by it. It must run. */
  setClock(offMs: number): Promise<void>
  close(): Promise<void>
}

const run = promisify(execFile)
/** Only a start that hangs takes so long, also on a busy machine. */
const startsWithinMs = 300_000
/** Ended with this process. */
const running = new Set<ChildProcess>()
let endsWithProcess = false

/** Not when the module is loaded: the bus itself loads it, and ends in another way. */
function endWithProcess(): void {
  if (endsWithProcess) return
  endsWithProcess = true
  process.once('exit', () => running.forEach((one) => void one.kill('SIGKILL')))
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
}

/** What `--import` is to name, for a process whose clock the file sets. It is loaded nowhere else: it replaces `Date`. */
export function shiftedClock(file: string): string {
  const url = new URL('./shifted-clock.ts', import.meta.url)
  url.searchParams.set('file', file)
  return url.href
}
const readEveryMs = 100
const portTries = 30
const portRetryMs = 1000

export async function openKitBus(options: KitBusOptions): Promise<KitBus> {
  const { folder, command, environment, instances, begin = 'at-once' } = options
  const [program = '', ...words] = command
  const clockFile = join(folder, 'clock')
  const config = join(folder, 'lienthong.yaml')
  endWithProcess()
  await mkdir(folder)
  const keys = await writeKeys(folder, [peer, ...instances.map(({ agency }) => agency)])
  await writeFile(clockFile, '0')
  const configure = (those: readonly KitInstance[]): Promise<void> =>
    writeFile(config, JSON.stringify(configOf(folder, those)), { mode: 0o600 }) // JSON is YAML.
  await configure(begin === 'at-once' ? instances : [])
  const seen = new Map<string, BusEvent[]>()
  const stop = new AbortController()
  let child: ChildProcess | undefined
  let [log, gateway, port] = ['', '', '0']
  let worked = 0

  /** While the bus is away its port may be given to a connection of another process: then it is tried again. */
  const start = async (options: StartOptions = {}): Promise<void> => {
    for (let left = portTries; ; left -= 1) {
      const problem = await startOnce(options)
      if (problem === undefined) return
      if (left === 1 || !problem.includes(`Port ${port} is used`)) {
        throw new TypeError(`the bus did not start: ${problem}`)
      }
      await pause(portRetryMs)
    }
  }

  /** Resolves with what a bus that ended said. */
  const startOnce = async ({ failpoint }: StartOptions): Promise<string | undefined> => {
    const flags = ['--config', config, '--data', folder, '--port', port, '--management-port', '0']
    const preload = ['--import', shiftedClock(clockFile)]
    const own = spawn(program, [...preload, ...words, 'up', ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment, ...(failpoint === undefined ? {} : { LIENTHONG_FAILPOINT: failpoint }) }
    })
    child = own
    running.add(own)
    own.once('exit', () => running.delete(own))
    const from = log.length
    const add = (bytes: Buffer): void => {
      log += bytes.toString()
    }
    own.stdout.on('data', add)
    own.stderr.on('data', add)
    const until = performance.now() + startsWithinMs
    for (let found = ''; found === ''; await pause(20)) {
      found = / on (http:\S+) /.exec(log.slice(from))?.[1] ?? ''
      gateway = found || gateway
      if (own.exitCode !== null || (own.signalCode !== null && failpoint === undefined)) {
        return log.slice(from)
      }
      if (own.signalCode !== null) return undefined // The point was reached during the start.
      if (performance.now() > until)
        throw new TypeError(`the bus did not listen within ${startsWithinMs / 1000} s: ${log}`)
    }
    port = new URL(gateway).port
    return undefined
  }

  const ended = async (): Promise<void> => {
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  const kill = async (): Promise<void> => {
    child?.kill('SIGKILL')
    await ended()
  }

  await start()
  try {
    const operatorFile = join(folder, 'keys', 'operator.jwk')
    const province = join(folder, 'province.yaml')
    await writeFile(province, JSON.stringify(provinceOf(options, keys)))
    const as = ['--gateway', gateway, '--key', operatorFile]
    await run(program, [...words, 'apply', province, ...as], { maxBuffer: 10_000_000 })
    const operatorKey = JSON.parse(await readFile(operatorFile, 'utf8')) as PrivateJwk
    const clientOf = (system: string, key: PrivateJwk): Promise<Client> =>
      createClient({ gateway, system, key, language: 'en' })
    const peerKey = keys.get(peer)
    if (!peerKey) throw new TypeError('the peer has a key')
    const bus: KitBus = {
      gateway,
      pid: () => child?.pid ?? Number.NaN,
      operator: await clientOf('/bus/systems/operator', operatorKey),
      peer: await clientOf(systemOf(peer), peerKey),
      systemOf,
      published: (agency) => seen.get(systemOf(agency)) ?? [],
      log: () => log,
      workedMs: () => worked,
      start,
      async beginInstances() {
        await configure(instances)
        child?.kill('SIGHUP')
      },
      kill,
      ended,
      async setClock(offMs) {
        await writeFile(clockFile, String(offMs))
        const isRead = async (): Promise<boolean> =>
          (await readFile(`${clockFile}.read`, 'utf8').catch(() => '')) === String(offMs)
        while (child && !(await isRead())) await pause(20)
      },
      async close() {
        stop.abort()
        await reading
        await kill()
      }
    }
    const asked = (): void => {
      worked += readEveryMs
    }
    const reading = readInbox(bus.peer, { seen, asked, signal: stop.signal })
    return bus
  } catch (error) {
    await kill()
    throw error
  }
}

interface Reading {
  readonly seen: Map<string, BusEvent[]>
  /** Called each time that the bus had nothing new. */
  readonly asked: () => void
  readonly signal: AbortSignal
}

/** Reads on through restarts, and while the clocks differ. */
async function readInbox(client: Client, { seen, asked, signal }: Reading): Promise<void> {
  for (let after: string | undefined; !signal.aborted; ) {
    try {
      const { events, next } = await client.page({ after, limit: 500 })
      for (const { event } of events) seen.set(event.source, [...(seen.get(event.source) ?? []), event])
      after = next
      if (events.length > 0) continue
      asked()
      await pause(readEveryMs, { signal })
    } catch {
      await pause(readEveryMs, { signal })
    }
  }
}

async function writeKeys(
  folder: string,
  agencies: readonly string[]
): Promise<ReadonlyMap<string, PrivateJwk>> {
  const made = agencies.map(async (agency) => {
    const { privateJwk } = await generateKey(`kit-${agency.replaceAll('.', '-')}`, 'EdDSA')
    await writeFile(join(folder, `${agency}.jwk`), JSON.stringify(privateJwk), { mode: 0o600 })
    return [agency, privateJwk] as const
  })
  return new Map(await Promise.all(made))
}

const narrow = { timeoutMs: 3000, maxAnswerBytes: 1_048_576 }

function configOf(folder: string, instances: readonly KitInstance[]): object {
  return {
    connectorFolders: [...new Set(instances.map(({ kindFolder }) => kindFolder))],
    connectors: instances.map(({ name, agency, kind, settings, every = '300ms', network = narrow }) => ({
      ...{ name, kind, system: systemOf(agency), keyFile: join(folder, `${agency}.jwk`), every },
      network: { ...network, allowPlainHttp: true, allowPrivateAddresses: true },
      settings
    }))
  }
}

/** Every instance's agency may send to the peer what the instance publishes, and the peer to it what it delivers. */
function provinceOf({ instances }: KitBusOptions, keys: ReadonlyMap<string, PrivateJwk>): object {
  const agencyOf = (code: string, types: Iterable<string>): object => {
    const key = keys.get(code)
    const publish = [...types].map((type) => ({ type, recipients: isDocument(type) ? '*' : 'agreements' }))
    const system = { name: 'kit', keys: key ? [publicJwkOf(key)] : [], publish }
    return { code, name: `Cơ quan ${code}`, systems: [system] }
  }
  const agreementsOf = (provider: string, consumer: string, all: readonly string[]): readonly object[] => {
    const types = all.filter((type) => !isDocument(type))
    if (types.length === 0) return []
    const id = `kit-${provider}-${consumer}`.replaceAll('.', '-').toLowerCase()
    return [{ id, provider, consumer, types, purpose: 'Kiểm thử', legalBasis: 'Quyết định mẫu' }]
  }
  return {
    agencies: [
      agencyOf(peer, new Set(instances.flatMap(({ delivers }) => delivers))),
      ...instances.map(({ agency, publishes }) => agencyOf(agency, publishes))
    ],
    agreements: instances.flatMap(({ agency, publishes, delivers, from = peer }) => [
      ...agreementsOf(agency, peer, publishes),
      ...agreementsOf(from, agency, delivers)
    ])
  }
}

/** Documents are sent to any agency by name, everything else by agreement. */
function isDocument(type: string): boolean {
  return type.startsWith('document.')
}
