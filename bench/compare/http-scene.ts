import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '#client/client.ts'
import { type ApartProcess, type BusProcess, startApart, startBus } from '#tests/faults/bus-process.ts'
import {
  keyFileOf,
  makeProvince,
  type ProvinceOptions,
  recipientCodes,
  senderCode,
  systemOf
} from '#tests/faults/province.ts'
import { type Generator, type Job, type Report, startGenerator } from './generator.ts'
import { treeUse } from './process-tree.ts'
import type { Sample } from './rounds.ts'
import { entriesOf, whenEntered } from './stored.ts'

/** The token and the number of events of a request. */
export interface Traffic {
  readonly token: Job['token']
  readonly batch: number
}

/** A server that takes the requests of the bus. */
export interface Target {
  readonly gateway: string
  readonly pid: number
  /** Whether its answers have receipts, of which some are checked. */
  readonly hasReceipts: boolean
  /** Number of entries in the inbox of the recipient. */
  entries(): number
}

/** A bus, a bare fastify server and the generator, each in a separate process. */
export interface HttpScene {
  readonly bus: BusProcess
  readonly folder: string
  /** Of each agency. */
  readonly clients: ReadonlyMap<string, Client>
  /** The bus. */
  readonly own: Target
  /** A job, without its duration; by default for the bus. */
  jobOf(traffic: Traffic, target?: Target): Omit<Job, 'ahead'>
  /**
   * Publishes, by default to the bus. The clock stops at the last answer; processor time counts until
   * everything is in the inbox.
   */
  publish(traffic: Traffic, seconds: number, target?: Target): Promise<Sample>
  /** Sends the same bodies with the same headers to the bare server. */
  bare(traffic: Traffic, seconds: number): Promise<Sample>
  /** Runs any job. */
  run(job: Job): Promise<Report>
  end(): Promise<void>
}

/** More events per second than either side accepts; those of a round are made before its clock starts. */
const maxRate = { single: 12_000, batched: 20_000 }
const connections = 64
/** Few, since each connection has a batch of 100 in flight. */
const batchConnections = 4
const samplesARound = 20

export interface SceneOptions extends Pick<ProvinceOptions, 'agreements'> {
  /** Settings of the bus; `folder` is its data. */
  readonly settings?: (folder: string) => object
  /** Agencies; by default the sender and the recipients of `province.ts`. */
  readonly codes?: readonly string[]
  /** A command that runs the bus. */
  readonly under?: readonly string[]
}

export async function openHttpScene(options: SceneOptions = {}): Promise<HttpScene> {
  const { settings, codes, under, agreements } = options
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))
  const config = settings === undefined ? {} : { config: writeSettings(folder, settings(folder)) }
  const bus = await startBus({ folder, port: 0, ...config, ...(under === undefined ? {} : { under }) })
  const bareServer = await startApart({
    command: [process.execPath, join(import.meta.dirname, 'baselines', 'bare-fastify.ts')],
    runs: / on (http:\S+)/
  })
  if (!bus || !bareServer) throw new TypeError('a server did not start')
  const clients = await makeProvince(bus.gateway, folder, {
    ...{ unsigned: true, timeoutMs: 60_000 },
    ...(codes && { codes }),
    ...(agreements && { agreements })
  })
  const generator = startGenerator()

  const own: Target = {
    gateway: bus.gateway,
    pid: bus.pid,
    hasReceipts: true,
    entries: () => entriesOf(folder, recipientCodes[0])
  }
  const jobOf = ({ token, batch }: Traffic, { gateway, hasReceipts } = own): Omit<Job, 'ahead'> => ({
    url: gateway,
    path: '/v1/events',
    contentType: `application/cloudevents${batch > 1 ? '-batch' : ''}+json`,
    sender: { system: systemOf(senderCode), keyFile: keyFileOf(folder, senderCode) },
    token,
    audience: gateway,
    recipients: [recipientCodes[0]],
    batch,
    connections: batch > 1 ? batchConnections : connections,
    samples: hasReceipts ? samplesARound : 0
  })
  const aheadOf = ({ batch }: Traffic, seconds: number): number =>
    Math.ceil(((batch > 1 ? maxRate.batched : maxRate.single) * seconds) / batch)
  const run = (job: Job): Promise<Report> => checkedRun(generator, job)

  return {
    bus,
    folder,
    clients,
    own,
    jobOf,
    run,

    async publish(traffic, seconds, target = own) {
      const job = { ...jobOf(traffic, target), ahead: aheadOf(traffic, seconds), seconds }
      await generator.prepare(job)
      const entries = target.entries()
      const before = treeUse(target.pid).cpuMicros
      const began = performance.now()
      const { events, ...report } = good(await generator.run())
      await whenEntered(target, entries + events)
      const settledSeconds = (performance.now() - began) / 1000
      const cpuMicros = (treeUse(target.pid).cpuMicros - before) / events
      return { rate: events / report.seconds, cpuMicros, settledRate: events / settledSeconds }
    },

    async bare(traffic, seconds) {
      const toBare = { url: bareServer.said, path: '/events', contentType: 'application/json', samples: 0 }
      await generator.prepare({ ...jobOf(traffic), ...toBare, ahead: aheadOf(traffic, seconds), seconds })
      const before = treeUse(bareServer.pid).cpuMicros
      const { events, ...report } = good(await generator.run())
      const cpuMicros = (treeUse(bareServer.pid).cpuMicros - before) / events
      return { rate: events / report.seconds, cpuMicros }
    },

    async end() {
      generator.end()
      await Promise.all([bus, bareServer].map(ended))
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** Writes a configuration file, which JSON is too. */
export function writeSettings(folder: string, settings: object): string {
  const file = join(folder, 'bench.yaml')
  writeFileSync(file, JSON.stringify(settings), { mode: 0o600 })
  return file
}

/** Runs a job. Throws if anything went wrong, since the figures are then worthless. */
export async function checkedRun(generator: Generator, job: Job): Promise<Report> {
  await generator.prepare(job)
  return good(await generator.run())
}

function good(report: Report): Report {
  if (report.problems.length > 0) throw new TypeError(`the load came to harm: ${report.problems.join('; ')}`)
  if (report.events === 0) throw new TypeError('nothing was accepted')
  return report
}

async function ended(running: ApartProcess | BusProcess): Promise<void> {
  running.kill()
  await running.ended
}
