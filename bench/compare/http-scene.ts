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

/** The token and the number of events of a request. */
export interface Traffic {
  readonly token: Job['token']
  readonly batch: number
}

/** A bus, a bare fastify server and the generator, each in a separate process. */
export interface HttpScene {
  readonly bus: BusProcess
  readonly folder: string
  /** Of each agency. */
  readonly clients: ReadonlyMap<string, Client>
  /** A job for the bus, without its duration. */
  jobOf(traffic: Traffic): Omit<Job, 'ahead'>
  /**
   * Publishes to the bus. The clock stops at the last receipt; processor time counts until everything is in
   * the inboxes.
   */
  publish(traffic: Traffic, seconds: number): Promise<Sample>
  /** Sends the same bodies with the same headers to the bare server. */
  bare(traffic: Traffic, seconds: number): Promise<Sample>
  /** Runs any job against the bus. */
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

  const jobOf = ({ token, batch }: Traffic): Omit<Job, 'ahead'> => ({
    url: bus.gateway,
    path: '/v1/events',
    contentType: `application/cloudevents${batch > 1 ? '-batch' : ''}+json`,
    sender: { system: systemOf(senderCode), keyFile: keyFileOf(folder, senderCode) },
    token,
    audience: bus.gateway,
    recipients: [recipientCodes[0]],
    batch,
    connections: batch > 1 ? batchConnections : connections,
    samples: samplesARound
  })
  const aheadOf = ({ batch }: Traffic, seconds: number): number =>
    Math.ceil(((batch > 1 ? maxRate.batched : maxRate.single) * seconds) / batch)
  const run = (job: Job): Promise<Report> => checkedRun(generator, job)

  return {
    bus,
    folder,
    clients,
    jobOf,
    run,

    async publish(traffic, seconds) {
      const job = { ...jobOf(traffic), ahead: aheadOf(traffic, seconds), seconds }
      await generator.prepare(job)
      const before = treeUse(bus.pid).cpuMicros
      const began = performance.now()
      const { events, ...report } = good(await generator.run())
      const settledSeconds = (performance.now() - began) / 1000
      const cpuMicros = (treeUse(bus.pid).cpuMicros - before) / events
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
