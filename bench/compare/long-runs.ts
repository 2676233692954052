import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isDeepStrictEqual } from 'node:util'
import type { InboxItem } from '#client/inbox.ts'
import { type VerificationKeys, verifyItem } from '#client/verify-item.ts'
import { senderCode, systemOf } from '#tests/faults/province.ts'
import { type Flood, floodRecipients, openFlood } from './flood.ts'
import { treeUse } from './process-tree.ts'
import type { GrowthPoint, Measured } from './results.ts'

export interface LongRunOptions {
  readonly events: number
  readonly tell: (line: string) => void
}

const checked = 1000

/** Publishes a decade's exchanges, waits until each is in both inboxes, and checks 1,000 at random end to end. */
export async function runDecade({ events, tell }: LongRunOptions): Promise<Measured> {
  const flood = await openFlood()
  try {
    const began = performance.now()
    const { seconds, cpuMicros, sampled } = await flood.more(
      events,
      Math.min(checked, Math.floor(events / 100))
    )
    tell(`${events} events durable and in both inboxes after ${seconds.toFixed(0)} s`)
    const keys = await keysOf(flood)
    for (const { hash } of sampled) await verifyAtAll(flood, hash, keys)
    const minutes = (performance.now() - began) / 60_000
    tell(`${sampled.length} at random verified: receipt, signature, both recipients`)
    const notes = [`${sampled.length} verified`, `stored after ${(seconds / 60).toFixed(2)} min`]
    return { key: 'decade', value: minutes, cpuMicros, events, notes }
  } finally {
    await flood.end()
  }
}

/**
 * The publisher sees status pending for both recipients, and each of them gets the whole event with a valid
 * signature and receipt.
 */
async function verifyAtAll({ clients }: Flood, hash: string, keys: VerificationKeys): Promise<void> {
  type Shown = InboxItem & {
    readonly deliveries: readonly { readonly agency: string; readonly state: string }[]
  }
  const ask = async (code: string): Promise<Shown> => {
    const shown = await clients.get(code)?.get<Shown>(`/v1/events/${hash}`)
    if (!shown) throw new TypeError(`no client of ${code}`)
    return shown
  }
  const { deliveries } = await ask(senderCode)
  const states = deliveries.map(({ agency, state }) => `${agency} ${state}`)
  const expected = floodRecipients.map((code) => `${code} pending`)
  if (!isDeepStrictEqual(states, expected)) throw new TypeError(`event ${hash} is with ${states}`)
  for (const code of floodRecipients) {
    const found = await verifyItem(await ask(code), keys)
    const isGood = found.hash === hash && found.signature === 'good' && found.receipt === 'good'
    if (!isGood) throw new TypeError(`event ${hash} at ${code}: ${JSON.stringify(found)}`)
  }
}

async function keysOf({ clients, bus }: Flood): Promise<VerificationKeys> {
  const sender = clients.get(senderCode)
  const system = await sender?.get<{ readonly keys: VerificationKeys['system'] }>(
    `/v1/systems${systemOf(senderCode)}`
  )
  const response = await fetch(`${bus.gateway}/.well-known/jwks.json`)
  const { keys } = (await response.json()) as { readonly keys: VerificationKeys['bus'] }
  return { system: system?.keys ?? [], bus: keys }
}

const firstAt = 100_000
/** Events of a turn; each bus has two at each point. */
const turnEvents = 25_000

/**
 * Publishes up to a number of events. On the way it compares the processor time of the last 50,000 with that of a
 * young bus, which comes to the first number at the same time: a machine's speed changes over an hour.
 */
export async function runGrowth({ events, tell }: LongRunOptions): Promise<Measured> {
  const flood = await openFlood()
  const points: GrowthPoint[] = []
  let stored = 0
  try {
    const first = Math.min(firstAt, Math.floor(events / 2))
    const turn = Math.min(turnEvents, Math.floor(first / 4))
    for (const target of steps(first, events)) {
      await flood.more(target - 2 * turn - stored)
      checkDisk(flood, target - 2 * turn, events)
      const point = { stored: target, ...(await besideYoung(flood, first, turn)) }
      points.push(point)
      stored = target
      const [old, young] = [point.cpuMicros, point.youngMicros].map((micros) => micros.toFixed(0))
      const bytes = (flood.bytes() / stored).toFixed(0)
      tell(`${stored} stored: ${old} µs an event, of a young bus ${young}; ${bytes} bytes`)
    }
    const { cpuMicros = Number.NaN, youngMicros = Number.NaN } = points.at(-1) ?? {}
    const notes = [`${(flood.bytes() / stored).toFixed(0)} bytes an event`]
    return { key: 'growth', value: cpuMicros / youngMicros, cpuMicros, events, growth: points, notes }
  } finally {
    await flood.end()
  }
}

/** Fills a young bus to `first` events; the last of them, and as many of the old bus, in turns of old, young, young, old. */
async function besideYoung(old: Flood, first: number, turn: number): Promise<Omit<GrowthPoint, 'stored'>> {
  const young = await openFlood()
  try {
    await young.more(first - 2 * turn)
    const begin = await old.more(turn)
    const [one, other] = [await young.more(turn), await young.more(turn)]
    const end = await old.more(turn)
    return {
      cpuMicros: (begin.cpuMicros + end.cpuMicros) / 2,
      youngMicros: (one.cpuMicros + other.cpuMicros) / 2
    }
  } finally {
    await young.end()
  }
}

/** Where processor time is measured: 1, 2, 5, 10 … times the first number, and the last. */
function steps(first: number, last: number): readonly number[] {
  const all: number[] = []
  for (let tens = first; tens < last; tens *= 10) all.push(tens, tens * 2, tens * 5)
  return [...all.filter((step) => step < last * 0.9), last]
}

/** Disk space left free. */
const spareBytes = 4e9

function checkDisk(flood: Flood, stored: number, events: number): void {
  const { bavail, bsize } = statfsSync(tmpdir())
  const needed = (flood.bytes() / stored) * (events - stored) + spareBytes
  if (needed <= bavail * bsize) return
  const [need, have] = [needed, bavail * bsize].map((bytes) => (bytes / 1e9).toFixed(0))
  throw new TypeError(`the disk will not do: ${need} GB more are needed, ${have} GB are free`)
}

/** Publishes many events and reports the most memory that the bus's processes had together. */
export async function runMemory({ events, tell }: LongRunOptions): Promise<Measured> {
  const flood = await openFlood()
  try {
    const { cpuMicros } = await flood.more(events)
    const megabytes = treeUse(flood.bus.pid).peakBytes / 1e6
    tell(`peak of ${megabytes.toFixed(0)} MB over ${events} events`)
    return { key: 'memory', value: megabytes, cpuMicros, events }
  } finally {
    await flood.end()
  }
}
