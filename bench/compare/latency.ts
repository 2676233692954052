import { createClient } from '#client/create-client.ts'
import { readKey } from '#runtime/keyring.ts'
import { keyFileOf, recipientCodes, systemOf } from '#tests/faults/province.ts'
import type { HttpScene, Target } from './http-scene.ts'
import { treeUse } from './process-tree.ts'
import { quantile } from './rounds.ts'

/** Time from when an event was due to be sent until its recipient had it, in milliseconds. */
export interface LatencyPoint {
  /** Events per second. */
  readonly rate: number
  readonly p50: number
  readonly p99: number
  /** Processor time of the bus, microseconds per event. */
  readonly cpuMicros: number
}

const longestWaitMs = 30_000

/**
 * Publishes at a fixed rate, by default to the bus, however long answers take, while a recipient reads its inbox
 * by long poll. Each event's time starts when it was due, so that a bus that falls behind cannot hide it.
 */
export async function measureLatency(
  scene: HttpScene,
  rate: number,
  seconds: number,
  target: Target = scene.own
): Promise<LatencyPoint> {
  const reader = await readerOf(scene, target)
  const received = new Map<string, number>()
  const stop = new AbortController()
  const start = await reader.page({ from: new Date().toISOString(), limit: 1 })
  const reading = (async () => {
    for await (const { event } of reader.follow(
      { after: start.next, limit: 200, waitSeconds: 20 },
      stop.signal
    )) {
      received.set(event.id, performance.timeOrigin + performance.now())
    }
  })()
  const requests = Math.ceil(rate * seconds)
  const before = treeUse(target.pid).cpuMicros
  const paced = { perSecond: rate, requests, ahead: requests, timed: true }
  const { sent, events } = await scene.run({
    ...scene.jobOf({ token: 'signed', batch: 1 }, target),
    ...paced
  })
  const until = performance.now() + longestWaitMs
  while (received.size < events && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const cpuMicros = (treeUse(target.pid).cpuMicros - before) / events
  stop.abort()
  await reading
  if (received.size < events) throw new TypeError(`${events - received.size} events were not received`)
  const times = sent.map(([id, at]) => (received.get(id) ?? Number.NaN) - at)
  return { rate, p50: quantile(times, 0.5), p99: quantile(times, 0.99), cpuMicros }
}

async function readerOf({ folder }: HttpScene, { gateway }: Target) {
  const [code] = recipientCodes
  const { privateJwk } = await readKey(keyFileOf(folder, code))
  return createClient({ gateway, system: systemOf(code), key: privateJwk })
}
