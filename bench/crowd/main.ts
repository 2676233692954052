import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { operatorSystem } from '#bus/control/control-state.ts'
import { createClient } from '#client/create-client.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { keyFiles, readKey } from '#runtime/keyring.ts'
import { type BusProcess, startBus } from '#tests/faults/bus-process.ts'
import { keyFileOf, systemOf } from '#tests/faults/province.ts'
import { sampleOf, scrape } from '#tests/helpers/scrape.ts'
import { treeUse } from '../compare/process-tree.ts'
import { quantile } from '../compare/rounds.ts'
import { startLoadProcess } from '../fairness/load.ts'
import { fillInboxes, large } from './fill.ts'
import { dossierAgreement, providerCode, writeProvince } from './province.ts'
import { startReaderProcess } from './readers.ts'
import { type Crowd, quiet, type Scene, scenes } from './scenes.ts'

/**
 * `npm run crowd`: makes a large province in a temporary folder, and measures what a publisher and `/livez` feel of each
 * kind of crowd, against quiet in the same run. The load comes from processes of its own. `--only TEXT` measures the
 * scenes whose names have the text. `--folder F` keeps the province, and uses it again.
 */
const { values } = parseArgs({
  options: {
    agencies: { type: 'string', default: '10000' },
    agreements: { type: 'string', default: '10000' },
    systems: { type: 'string', default: '500' },
    entries: { type: 'string', default: '200000' },
    readers: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '40' },
    only: { type: 'string', default: '' },
    folder: { type: 'string' }
  }
})
const seconds = Number(values.seconds)
const perSecond = 20
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'lienthong-crowd-'))
const ports = [await freePort(), await freePort()] as const
const [gateway, management] = ports.map((port) => `http://127.0.0.1:${port}`) as [string, string]
const [publisher, readers] = [startLoadProcess(), startReaderProcess()]
const stretchesFile = join(folder, 'stretches.json')
let bus: BusProcess | undefined
try {
  const size = {
    agencies: Number(values.agencies),
    agreements: Number(values.agreements),
    systems: Number(values.systems)
  }
  if (!existsSync(keyFileOf(folder, providerCode))) {
    await stop(await start())
    let acts = 0
    for await (acts of writeProvince(folder, size)) await stop(await start())
    await fillInboxes(folder, acts, Number(values.entries))
    say(`${acts} acts, ${values.entries} entries in each of three inboxes`)
  }
  const began = performance.now()
  bus = await start()
  say(`started after ${((performance.now() - began) / 1000).toFixed(1)} s`)
  await untilFollowed()
  process.exitCode = (await measureAll(bus, size.agencies)) ? 0 : 1
} finally {
  publisher.end()
  readers.end()
  if (bus) await stop(bus)
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true })
}

async function start(): Promise<BusProcess> {
  const started = await startBus({
    ...{ folder, port: ports[0], managementPort: ports[1], startsWithinMs: 600_000 },
    preload: join(import.meta.dirname, 'stretches.ts'),
    environment: { CROWD_STRETCHES: stretchesFile }
  })
  if (!started) throw new TypeError('the bus did not start')
  return started
}

async function stop({ pid, ended }: BusProcess): Promise<void> {
  process.kill(pid, 'SIGTERM')
  await ended
}

/** Resolves once the views have followed what the archive was filled with, and the bus has nothing to do. */
async function untilFollowed(): Promise<void> {
  for (let idle = 0; idle < 3; ) {
    const before = treeUse(bus?.pid ?? 0).cpuMicros
    await pause(1000)
    idle = treeUse(bus?.pid ?? 0).cpuMicros - before < 150_000 ? idle + 1 : 0
  }
}

interface Measured {
  readonly name: string
  readonly requests: string
  /** Whether every request was answered with what it asked for. */
  readonly isAnswered: boolean
  readonly livez: readonly number[]
  readonly publishing: readonly number[]
  readonly delayMs: number
  /** Processor time of the main thread from one round of its event loop to the next, in milliseconds. */
  readonly stretches: readonly number[]
  /** Processor time of the bus per second. */
  readonly cpu: number
}

async function measure({ name, reading, during }: Scene, crowd: Crowd, pid: number): Promise<Measured> {
  await pause(2500) // Metrics are measured anew after two seconds.
  await scrape(management)
  await stretchesOf(pid)
  const cpuBefore = treeUse(pid).cpuMicros
  const began = performance.now()
  const probing = new AbortController()
  const livez = probe(probing.signal)
  livez.catch(() => {}) // If something else fails, that is what is told.
  const [published, read] = await Promise.all([
    publisher.run({
      url: gateway,
      senders: [{ system: systemOf(providerCode), keyFile: keyFileOf(folder, providerCode) }],
      ...{ recipients: Object.values(large), batch: 1, connections: 4, perSecond, seconds }
    }),
    reading &&
      readers.run({
        ...{ url: gateway, seconds, everyMs: reading.everyMs },
        readers: Array.from({ length: Number(values.readers) }, (_, index) => {
          const system = reading.by[index % reading.by.length] ?? ''
          const isOperator = system.startsWith('/bus/')
          const keyFile = isOperator
            ? keyFiles(folder).operator
            : keyFileOf(folder, system.split('/')[2] ?? '')
          return { system, keyFile, paths: reading.paths }
        })
      }),
    during?.(crowd)
  ])
  probing.abort()
  const tookMs = performance.now() - began
  const cpu = (treeUse(pid).cpuMicros - cpuBefore) / 1000 / tookMs
  const stretches = await stretchesOf(pid)
  const delay = sampleOf(await scrape(management), 'lienthong_event_loop_delay_p99_seconds') ?? 0
  const failed = Object.entries(published.statuses).filter(([status]) => status !== '202')
  const isAnswered =
    failed.length === 0 && Object.keys(read?.statuses ?? {}).every((status) => status === '200')
  const requests = `${read ? JSON.stringify(read.statuses) : ''}${failed.length > 0 ? ` published: ${JSON.stringify(published.statuses)}` : ''}`
  return {
    name,
    requests,
    isAnswered,
    livez: await livez,
    publishing: published.latencies,
    delayMs: delay * 1000,
    stretches,
    cpu
  }
}

/** Those since the last time it was asked. */
async function stretchesOf(pid: number): Promise<readonly number[]> {
  rmSync(stretchesFile, { force: true })
  process.kill(pid, 'SIGWINCH')
  for (let text = ''; ; await pause(10)) {
    if (existsSync(stretchesFile)) text = readFileSync(stretchesFile, 'utf8')
    if (text.endsWith(']')) return JSON.parse(text) as number[]
  }
}

async function probe(signal: AbortSignal): Promise<readonly number[]> {
  const latencies: number[] = []
  while (!signal.aborted) {
    const began = performance.now()
    await (await fetch(`${management}/livez`)).arrayBuffer()
    latencies.push(performance.now() - began)
    await pause(20)
  }
  return latencies
}

async function measureAll({ pid }: BusProcess, agencies: number): Promise<boolean> {
  const clientOf = async (system: string, keyFile: string) =>
    createClient({ gateway, system, key: (await readKey(keyFile)).privateJwk, language: 'en' })
  const operator = await clientOf(operatorSystem, keyFiles(folder).operator)
  const provider = await clientOf(systemOf(providerCode), keyFileOf(folder, providerCode))
  const crowd = { folder, operator, provider, agencies }
  const { last: previous, status } = (await operator.get(`/v1${dossierAgreement}`)) as Readonly<
    Record<'last' | 'status', string>
  >
  const suspend = { act: 'agreement.suspended', resource: dossierAgreement, previous }
  if (status === 'signed') await operator.act('/v1/agreements', suspend)

  await measure(quiet, crowd, pid) // So that code is compiled.
  const calm = await measure(quiet, crowd, pid)
  say(
    'scene | livez p99 / max ms | publish p50 / p99 ms | p99 to quiet | loop delay p99 ms | longest stretch p99.9 / max ms | processor | answers'
  )
  tell(calm, calm)
  let holds = true
  for (const scene of scenes.filter(({ name }) => name.includes(values.only))) {
    const measured = await measure(scene, crowd, pid)
    holds = tell(measured, calm) && holds
  }
  tell({ ...(await measure(quiet, crowd, pid)), name: 'quiet again' }, calm)
  return holds
}

/** Whether it is within the limits. */
function tell(measured: Measured, calm: Measured): boolean {
  const { name, requests, isAnswered, livez, publishing, delayMs, stretches, cpu } = measured
  const p99 = quantile(publishing, 0.99)
  const ratio = p99 / quantile(calm.publishing, 0.99)
  const figures = [
    name,
    `${quantile(livez, 0.99).toFixed(0)} / ${Math.max(...livez).toFixed(0)}`,
    `${quantile(publishing, 0.5).toFixed(0)} / ${p99.toFixed(0)}`,
    ratio.toFixed(1),
    delayMs.toFixed(0),
    `${quantile(stretches, 0.999).toFixed(0)} / ${Math.max(...stretches).toFixed(0)}`,
    cpu.toFixed(2),
    requests
  ]
  say(figures.join(' | '))
  return isAnswered && quantile(livez, 0.99) <= 50 && ratio <= 3
}
