import { recipientCodes, senderCode } from '#tests/faults/province.ts'
import { sampleApart } from '../apart.ts'
import { type MeasureOptions, reported } from '../measure.ts'
import { treeUse } from '../process-tree.ts'
import type { Measured } from '../results.ts'
import { compare, interleaved, median, type Sample } from '../rounds.ts'
import { type ConnectorScene, openConnectorScene, untilSo } from './scene.ts'

const [publishedTo, delivering, slow] = recipientCodes
const inFlight = 64
/** Events of a round per second of its duration. */
const perSecond = { inbound: 1500, outbound: 1000, bare: 4000 }
const slowMs = 100
/** What eight deliveries at the same time of 100 ms each come to. */
const slowRate = 80

const keys = ['connector-inbound', 'connector-outbound', 'connector-outbound-slow'] as const

/** How much goes through the host of connectors, inwards and outwards. */
export async function throughputRows(options: MeasureOptions): Promise<readonly Measured[]> {
  const { rows, rounds, seconds } = options
  if (!keys.some((key) => rows.includes(key))) return []
  const scene = await openConnectorScene([
    { name: 'inbound', code: senderCode, settings: { recipients: [publishedTo] } },
    { name: 'outbound', code: delivering, changes: { maxInFlight: inFlight } },
    { name: 'slow', code: slow, changes: { maxInFlight: 8 } }
  ])
  try {
    const measured: Measured[] = []
    if (rows.includes('connector-inbound')) {
      const sides = {
        ours: createInbound(scene, seconds * perSecond.inbound),
        baseline: () => scene.publish({ token: 'signed', batch: 100 }, seconds)
      }
      measured.push(
        reported(options, { key: 'connector-inbound', ...compare(await interleaved(sides, rounds)) })
      )
    }
    if (rows.includes('connector-outbound')) {
      const url = `${scene.outside.urlOf('bare')}/deliveries`
      const to = { name: 'outbound', code: delivering, count: seconds * perSecond.outbound }
      const sides = {
        ours: () => deliver(scene, to),
        baseline: () => sampleApart('deliver.ts', url, seconds * perSecond.bare)
      }
      measured.push(
        reported(options, { key: 'connector-outbound', ...compare(await interleaved(sides, rounds)) })
      )
    }
    if (rows.includes('connector-outbound-slow')) {
      measured.push(reported(options, await slowRow(scene, rounds, seconds)))
    }
    return measured
  } finally {
    await scene.end()
  }
}

/** Has the outside offer more items, and measures from its first answer until the last is acknowledged. */
function createInbound(scene: ConnectorScene, count: number): () => Promise<Sample> {
  const { outside, bus } = scene
  let items = 0
  return async () => {
    items += count
    const before = treeUse(bus.pid).cpuMicros
    await outside.behave('inbound', { items })
    await untilSo(async () => (await outside.seen('inbound')).acknowledged >= count)
    const settledAt = performance.timeOrigin + performance.now()
    const cpuMicros = (treeUse(bus.pid).cpuMicros - before) / count
    const { itemsAt = 0, acknowledgedAt } = await outside.seen('inbound')
    const rateUntil = (at: number): number => (count * 1000) / (at - itemsAt)
    return { rate: rateUntil(acknowledgedAt), cpuMicros, settledRate: rateUntil(settledAt) }
  }
}

interface DeliverOptions {
  readonly name: string
  readonly code: string
  readonly count: number
  readonly delayMs?: number
}

/**
 * Fills the inbox of a paused instance with events about 64 subjects, lets it run, and measures from the first
 * event that the outside is given until all deliveries have ended.
 */
async function deliver(
  scene: ConnectorScene,
  { name, code, count, delayMs = 0 }: DeliverOptions
): Promise<Sample> {
  const { outside, bus } = scene
  await scene.act('pause', name)
  const requests = Math.ceil(count / 100)
  const job = scene.jobOf({ token: 'signed', batch: 100 })
  await scene.run({ ...job, recipients: [code], subjects: inFlight, requests, ahead: requests })
  await outside.behave(name, { delayMs })
  const before = treeUse(bus.pid).cpuMicros
  await scene.act('resume', name)
  await untilSo(async () => (await outside.seen(name)).deliveries >= requests * 100 && scene.open(name) === 0)
  const endedAt = performance.timeOrigin + performance.now()
  const { deliveries, deliveredAt = 0 } = await outside.seen(name)
  const cpuMicros = (treeUse(bus.pid).cpuMicros - before) / deliveries
  return { rate: (deliveries * 1000) / (endedAt - deliveredAt), cpuMicros }
}

async function slowRow(scene: ConnectorScene, rounds: number, seconds: number): Promise<Measured> {
  const to = { name: 'slow', code: slow, count: Math.ceil(seconds * slowRate), delayMs: slowMs }
  const samples: Sample[] = []
  for (let round = 0; round <= rounds; round += 1) samples.push(await deliver(scene, to))
  const rate = median(samples.slice(1).map((sample) => sample.rate))
  const cpuMicros = median(samples.slice(1).map((sample) => sample.cpuMicros))
  const notes = [`${rate.toFixed(1)} deliveries a second`]
  return { key: 'connector-outbound-slow', value: rate / slowRate, cpuMicros, notes }
}
