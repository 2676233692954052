import { startKafka } from '#tests/helpers/servers/kafka.ts'
import { missingServers } from '#tests/helpers/servers/needs.ts'
import { startPostgres } from '#tests/helpers/servers/postgres.ts'
import { sampleApart } from './apart.ts'
import { type HttpScene, openHttpScene } from './http-scene.ts'
import { type LatencyPoint, measureLatency } from './latency.ts'
import type { Measured } from './results.ts'
import { compare, interleaved, median, type Sample } from './rounds.ts'
import type { RowKey } from './rows.ts'

export interface MeasureOptions {
  readonly rows: readonly RowKey[]
  readonly rounds: number
  /** Duration of each side of each round. */
  readonly seconds: number
  readonly tell: (line: string) => void
}

/** Measures rows in one run, in their order. Rows whose servers are not installed are reported and left out. */
export async function measureRows(options: MeasureOptions): Promise<readonly Measured[]> {
  const measured: Measured[] = []
  for (const group of [httpRows, kafkaRows]) measured.push(...(await group(options)))
  return measured
}

type Group = (options: MeasureOptions) => Promise<readonly Measured[]>

const httpRows: Group = async (options) => {
  const { rows, rounds, seconds } = options
  const wanted = (['plain', 'signed', 'batch', 'latency'] as const).filter((key) => rows.includes(key))
  if (wanted.length === 0) return []
  const scene = await openHttpScene()
  const single = { token: 'signed', batch: 1 } as const
  const plain = { token: 'plain', batch: 1 } as const
  const sides = {
    plain: {
      ours: () => scene.publish(plain, seconds),
      baseline: () => scene.bare(plain, seconds)
    },
    signed: {
      ours: () => scene.publish(single, seconds),
      baseline: () => scene.bare(single, seconds)
    },
    batch: {
      ours: () => scene.publish({ token: 'signed', batch: 100 }, seconds),
      baseline: () => scene.publish(single, seconds)
    }
  }
  try {
    const measured: Measured[] = []
    for (const key of wanted) {
      if (key === 'latency') measured.push(await latencyRow(scene, options))
      else measured.push(reported(options, { key, ...compare(await interleaved(sides[key], rounds)) }))
    }
    return measured
  } finally {
    await scene.end()
  }
}

const latencyRates = [100, 250, 500, 1000, 1500, 2000]
const owedRate = 500

async function latencyRow(scene: HttpScene, options: MeasureOptions): Promise<Measured> {
  const { rounds, seconds } = options
  const points: LatencyPoint[] = []
  for (const rate of latencyRates) {
    const times: LatencyPoint[] = []
    const times_ = rate === owedRate ? rounds : 1
    while (times.length < times_) times.push(await measureLatency(scene, rate, Math.max(seconds, 2)))
    points.push({
      rate,
      p50: median(times.map(({ p50 }) => p50)),
      p99: median(times.map(({ p99 }) => p99)),
      cpuMicros: median(times.map(({ cpuMicros }) => cpuMicros))
    })
  }
  const owed = points.find(({ rate }) => rate === owedRate)
  if (!owed) throw new TypeError('the rate that is owed is one of those measured')
  return reported(options, { key: 'latency', value: owed.p99, cpuMicros: owed.cpuMicros, points })
}

const kafkaRows: Group = async (options) => {
  const { rows, rounds, seconds, tell } = options
  const wanted = (['kafka', 'kafka-checked'] as const).filter((key) => rows.includes(key))
  if (wanted.length === 0) return []
  const missing = missingServers('kafka', 'postgresql')
  if (missing !== undefined) {
    tell(`not run: ${wanted.join(', ')} (${missing})`)
    return []
  }
  const works: (() => unknown)[] = []
  const cleanup = { after: (work: () => unknown) => void works.push(work) }
  try {
    const kafka = await startKafka(cleanup, { asProcess: true })
    const postgres = await startPostgres(cleanup, { fsync: true, asProcess: true })
    const count = Math.ceil(seconds * 100) * 100
    const brokers = kafka.bootstrap.join(',')
    const side = async (name: string) =>
      sampleApart('kafka-append.ts', name, count, brokers, await postgres.newDatabase())
    const measured: Measured[] = []
    for (const key of wanted) {
      const sides = {
        ours: () => side(key === 'kafka' ? 'sender' : 'log'),
        baseline: () => side('raw')
      }
      measured.push(reported(options, { key, ...compare(await interleaved(sides, rounds)) }))
    }
    return measured
  } finally {
    for (const work of works.reverse()) await work()
  }
}

/** Tells a measured row, and returns it. */
export function reported({ tell }: MeasureOptions, measured: Measured): Measured {
  tell(`${measured.key}: ${figuresOf(measured)}`)
  return measured
}

function figuresOf(measured: Measured): string {
  if ('value' in measured) return [measured.value.toFixed(2), ...(measured.notes ?? [])].join('; ')
  const { ratio, least, most, ours, baseline } = measured
  const sideText = ({ rate, cpuMicros, settledRate }: Sample): string => {
    const intoInboxes = settledRate === undefined ? '' : ` (${settledRate.toFixed(0)}/s into inboxes)`
    return `${rate.toFixed(0)}/s${intoInboxes}, ${cpuMicros.toFixed(0)} µs`
  }
  return `${ratio.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)}): ours ${sideText(ours)}; baseline ${sideText(baseline)}`
}
