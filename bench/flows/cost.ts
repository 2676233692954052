import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import type { Figure } from '../compare/flows-figures.ts'
import { type HttpScene, openHttpScene, type Traffic } from '../compare/http-scene.ts'
import { treeUse } from '../compare/process-tree.ts'
import { median, quantile } from '../compare/rounds.ts'
import { ask } from '../compare/stored.ts'

export interface CostOptions {
  readonly rounds: number
  /** Duration of each side of each round. */
  readonly seconds: number
}

const traffics: Readonly<Record<string, Traffic>> = {
  'one event a request': { token: 'plain', batch: 1 },
  'signed batches of 100': { token: 'signed', batch: 100 }
}
/** Longer than the view takes: both buses are measured while they do nothing for as long. */
const settleMs = 1500
const beyondAll = Number.MAX_SAFE_INTEGER

/**
 * Measures the processor time of a whole bus for an event that is published through HTTP to one recipient, with
 * the view and without it: the view of the second bus is said to be ahead of the archive, so it adds nothing.
 */
export async function measureCost({ rounds, seconds }: CostOptions): Promise<readonly Figure[]> {
  const scenes: HttpScene[] = []
  const figures: Figure[] = []
  try {
    for (const isWithView of [true, false]) {
      const scene = await openHttpScene()
      scenes.push(scene)
      await until(() => positionIn(scene.folder) >= 0)
      if (!isWithView) skipView(scene.folder)
    }
    for (const [name, traffic] of Object.entries(traffics)) {
      const shares: number[] = []
      const costs = scenes.map((): number[] => [])
      for (let round = 0; round <= rounds; round += 1) {
        // The other one first in every second round: what comes first pays for what the machine did before.
        const order = round % 2 === 0 ? scenes : scenes.toReversed()
        const micros = await inTurn(order, (scene) => microsOf(scene, traffic, seconds))
        const [having = 0, lacking = 0] = round % 2 === 0 ? micros : micros.toReversed()
        if (round === 0) continue // Until the code is compiled.
        costs[0]?.push(having)
        costs[1]?.push(lacking)
        shares.push(having / lacking - 1)
      }
      const [having = [], lacking = []] = costs
      const [low, high] = [0.25, 0.75].map((part) => percent(quantile(shares, part)))
      const [withIt, withoutIt] = [having, lacking].map((costs) => `${median(costs).toFixed(0)} µs`)
      figures.push({
        what: `processor time of a whole bus for an event, with the view over without, ${name}`,
        measured: `${percent(median(shares))} more (half of the rounds ${low} to ${high}): ${withIt} over ${withoutIt}`,
        bound: '≤ 10 % more'
      })
    }
    return figures
  } finally {
    for (const scene of scenes) await scene.end()
  }
}

async function inTurn<T, R>(list: readonly T[], run: (one: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  for (const one of list) results.push(await run(one))
  return results
}

/** Processor time of an event, until it is in the inboxes and in the view. */
async function microsOf(
  { bus, folder, publish }: HttpScene,
  traffic: Traffic,
  seconds: number
): Promise<number> {
  const before = archivedIn(folder)
  const used = treeUse(bus.pid).cpuMicros
  await publish(traffic, seconds)
  const archived = archivedIn(folder)
  await Promise.all([pause(settleMs), until(() => positionIn(folder) >= archived)])
  return (treeUse(bus.pid).cpuMicros - used) / (archived - before)
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(20)
}

function archivedIn(folder: string): number {
  return ask(storeOf(folder), 'SELECT max(number) AS n FROM "archiveEvents"')
}

/** How far the view is; −1 before it is begun. */
function positionIn(folder: string): number {
  return ask(storeOf(folder), 'SELECT coalesce(max(position), -1) AS n FROM "flowGenerations"')
}

function skipView(folder: string): void {
  const db = new DatabaseSync(storeOf(folder))
  db.exec(`PRAGMA busy_timeout = 5000; UPDATE "flowGenerations" SET position = ${beyondAll}`)
  db.close()
}

function storeOf(folder: string): string {
  return join(folder, 'store.sqlite')
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
