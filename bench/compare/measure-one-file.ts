import { recipientCodes } from '#tests/faults/province.ts'
import { type HttpScene, openHttpScene, type Target, type Traffic } from './http-scene.ts'
import { type LatencyPoint, measureLatency } from './latency.ts'
import { type MeasureOptions, reported } from './measure.ts'
import { oneFileRows } from './one-file-rows.ts'
import { treeUse } from './process-tree.ts'
import type { Measured } from './results.ts'
import { compare, interleaved, median, type Sample } from './rounds.ts'
import { type OneFile, startOneFile } from './start-one-file.ts'
import { databaseBytes, whenEntered } from './stored.ts'

/** The bus and both forms of the server in one file, all of which take the same requests. */
interface Scene {
  readonly http: HttpScene
  readonly bare: OneFile
  readonly full: OneFile
}

const plain: Traffic = { token: 'plain', batch: 1 }
const signed: Traffic = { token: 'signed', batch: 1 }
const batches: Traffic = { token: 'signed', batch: 100 }
const rate = ({ rate }: Sample): number => rate
const settledRate = ({ rate, settledRate = rate }: Sample): number => settledRate
const cpuMicros = ({ cpuMicros }: Sample): number => cpuMicros

/** How a row is compared: with which form, the traffic, and the figure. */
const compared = {
  'one-file-plain': ['bare', plain, rate],
  'one-file-signed': ['bare', signed, rate],
  'one-file-batch': ['bare', batches, settledRate],
  'one-file-plain-cpu': ['full', plain, cpuMicros],
  'one-file-batch-cpu': ['full', batches, cpuMicros]
} as const

/** Measures the rows against the server in one file, in one run. */
export async function measureOneFile(options: MeasureOptions): Promise<readonly Measured[]> {
  const wanted = oneFileRows.map(({ key }) => key).filter((key) => options.rows.includes(key))
  if (wanted.length === 0) return []
  const http = await openHttpScene()
  const [bare, full] = [await startOneFile('bare', http.folder), await startOneFile('full', http.folder)]
  const scene = { http, bare, full }
  const measured: Measured[] = []
  try {
    for (const key of wanted) {
      if (key === 'one-file-latency') measured.push(await latencyRow(scene, options))
      else if (key === 'disk') measured.push(await diskRow(scene, options))
      else measured.push(await comparedRow(key, scene, options))
    }
    return measured
  } finally {
    await Promise.all([http.end(), bare.end(), full.end()])
  }
}

async function comparedRow(
  key: keyof typeof compared,
  scene: Scene,
  options: MeasureOptions
): Promise<Measured> {
  const { http } = scene
  const { rounds, seconds } = options
  const [form, traffic, figureOf] = compared[key]
  const sides = {
    ours: () => http.publish(traffic, seconds),
    baseline: () => http.publish(traffic, seconds, scene[form])
  }
  return reported(options, { key, ...compare(await interleaved(sides, rounds), figureOf) })
}

const latencyRate = 500

async function latencyRow({ http, full }: Scene, options: MeasureOptions): Promise<Measured> {
  const seconds = Math.max(options.seconds, 2)
  const pairs: { readonly ours: LatencyPoint; readonly baseline: LatencyPoint }[] = []
  for (let round = 0; round <= options.rounds; round += 1) {
    const ours = await measureLatency(http, latencyRate, seconds)
    const baseline = await measureLatency(http, latencyRate, seconds, full)
    if (round > 0) pairs.push({ ours, baseline })
  }
  const medianOf = (figures: readonly number[]): string => median(figures).toFixed(1)
  const [ours, baseline] = [
    medianOf(pairs.map(({ ours }) => ours.p99)),
    medianOf(pairs.map(({ baseline }) => baseline.p99))
  ]
  return reported(options, {
    key: 'one-file-latency',
    value: median(pairs.map(({ ours, baseline }) => ours.p99 / baseline.p99)),
    cpuMicros: median(pairs.map(({ ours }) => ours.cpuMicros)),
    notes: [`ours ${ours} ms, baseline ${baseline} ms`]
  })
}

/** Batches of 100 per second of a round. */
const storedASecond = 100

async function diskRow({ http, full }: Scene, options: MeasureOptions): Promise<Measured> {
  const requests = Math.ceil(options.seconds * storedASecond)
  const recipients = recipientCodes.slice(0, 2)
  const measure = async (target: Target, folder: string) => {
    const [entries, bytes, before] = [target.entries(), databaseBytes(folder), treeUse(target.pid).cpuMicros]
    const { events } = await http.run({ ...http.jobOf(batches, target), recipients, ahead: 0, requests })
    await whenEntered(target, entries + events)
    const cpuMicros = (treeUse(target.pid).cpuMicros - before) / events
    return { value: (databaseBytes(folder) - bytes) / events / 1000, cpuMicros }
  }
  const ours = await measure(http.own, http.folder)
  const baseline = await measure(full, full.folder)
  return reported(options, {
    key: 'disk',
    ...ours,
    notes: [`${requests * batches.batch} events; full one-file server ${baseline.value.toFixed(1)} KB`]
  })
}
