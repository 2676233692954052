import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '#client/client.ts'
import { shiftedClock } from '#connectors/kit/kit-bus.ts'
import { shiftClock } from '#connectors/kit/shifted-clock.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { SeenEvent } from './history.ts'
import { pause, readWhole } from './load.ts'
import { recipientCodes } from './province.ts'
import { openScene, type RunOptions, type RunResult } from './run.ts'

const hourMs = 3_600_000
const offMs = 2000
const recoveryMs = 30_000
const samples = 20
/** Events that are checked at the same time may be stored in another order, those around a step forward too. */
const inFlightMs = 10_000
const mostInFlight = 40

/**
 * Sets the bus's clock an hour forward and back under load, alone and together
 * with its clients': what cannot be trusted is refused before it is
 * acknowledged, everything goes on without a restart, order is the log's,
 * nothing expires by it, recorded times never go back, and reading from a time misses nothing.
 */
export async function runClockJumps({ folder, rounds, tell }: RunOptions): Promise<RunResult> {
  const sleeping = recipientCodes[2]
  const problems: string[] = []
  const file = join(folder, 'clock-offset')
  const setBusClock = (ms: number): void => writeFileSync(file, String(ms))
  const shifted = { preload: shiftedClock(file) }
  setBusClock(-2 * hourMs) // Keys must be valid at every hour the clocks will show.
  shiftClock(-2 * hourMs)
  const setBack = (): void => {
    setBusClock(0)
    shiftClock(0)
  }
  const options = { sleeping, expiresInMs: 1.5 * hourMs }
  const scene = await openScene(folder, options, { ...shifted, beforeLoad: setBack })
  const { load } = scene
  const bus = await scene.start(shifted)
  load.forgetRefusals()
  for (let round = 1; round <= rounds; round += 1) {
    for (const offset of [-hourMs, hourMs]) {
      await acknowledgedMore(50, `round ${round}: before`)
      setBusClock(offset)
      await refusedMore(100, `round ${round}: clocks an hour apart`)
      const refusedFrom = performance.now()
      await pause(offMs)
      if (load.requestedAt.some((at) => at > refusedFrom)) {
        problems.push(`round ${round}: acknowledged under tokens of another hour`)
      }
      shiftClock(offset)
      await acknowledgedMore(50, `round ${round}: with clocks that agree, off by ${offset / hourMs} h`)
      await scene.clients.get(sleeping)?.page({ limit: 500 }) // Looks at what would expire, and keeps nothing.
      setBack()
      await acknowledgedMore(50, `round ${round}: after`)
    }
    tell(`round ${round}: ${load.acknowledged.length} acknowledged`)
  }
  const reader = scene.clients.get(sleeping)
  bus?.kill()
  await bus?.ended
  const history = await scene.finish()
  const again = await scene.start()
  if (reader) problems.push(...(await missedByTime(reader, rounds)))
  again?.kill()
  await again?.ended
  const counts = [...load.refusals].map(([code, n]) => `${code} ${n}`).join(', ')
  return { history, done: `clock set ${rounds * 4} times by an hour; refused: ${counts}`, problems }

  /** Until the bus has its clock. */
  async function refusedMore(count: number, when: string): Promise<void> {
    const refused = (): number => load.refusals.get('401 BUS_TOKEN_INVALID') ?? 0
    const target = refused() + count
    const until = performance.now() + recoveryMs
    while (refused() < target && performance.now() < until) await pause(10)
    if (refused() < target) problems.push(`${when}: it went on`)
  }

  async function acknowledgedMore(count: number, when: string): Promise<void> {
    const target = load.acknowledged.length + count
    const until = performance.now() + recoveryMs
    while (load.acknowledged.length < target && performance.now() < until) await pause(10)
    if (load.acknowledged.length < target) problems.push(`${when}: it did not go on`)
  }
}

/** Reading from the time an event was recorded gives it and everything after it. */
async function missedByTime(reader: Client, rounds: number): Promise<readonly string[]> {
  const whole = await readWhole(reader)
  const times = new Map<string, string>()
  let page = await reader.page({ limit: 500 })
  while (page.events.length > 0) {
    for (const { event, added } of page.events) times.set(event.id, added.recordedtime)
    page = await reader.page({ limit: 500, after: page.next })
  }
  const problems: string[] = []
  let latest = 0
  let earlier = 0
  for (const time of times.values()) {
    if (instantMs(time) < latest - inFlightMs) earlier += 1
    latest = Math.max(latest, instantMs(time))
  }
  if (earlier > mostInFlight * rounds) problems.push(`recorded times went back ${earlier} times`)
  for (let sample = 0; sample < samples; sample += 1) {
    const at = Math.floor((whole.length * sample) / samples)
    const from = times.get(whole[at]?.id ?? '')
    const read = new Set((await readFrom(reader, from)).map(({ id }) => id))
    const missed = whole.slice(at).filter(({ id }) => !read.has(id)).length
    if (missed > 0) problems.push(`reading from ${from} misses ${missed} of what was recorded since`)
  }
  return problems
}

async function readFrom(reader: Client, from: string | undefined): Promise<readonly Pick<SeenEvent, 'id'>[]> {
  const ids: { readonly id: string }[] = []
  let page = await reader.page({ from, limit: 500 })
  while (page.events.length > 0) {
    ids.push(...page.events.map(({ event: { id } }) => ({ id })))
    page = await reader.page({ limit: 500, after: page.next })
  }
  return ids
}
