import type { Random } from '../faults/random.ts'
import { type Cost, leastMs, limits, measured } from './cost.ts'
import type { Oracle, Surface, Verdict } from './surface.ts'

export interface FuzzOptions {
  readonly random: Random
  /** Asked before each input. */
  readonly goesOn: (inputs: number) => boolean
  /** Inputs from elsewhere that are run first. */
  readonly first?: readonly unknown[]
  /** Whether inputs are held to their cost. */
  readonly costs?: boolean
  /** The least growth of memory of several fresh processes that are given this input alone; undefined: not measured. */
  readonly leastBytes?: (input: unknown) => number | undefined
}

/** An input for which an oracle does not hold. */
export interface Failure {
  readonly oracle: Oracle
  readonly why: string
  readonly input: unknown
}

export interface FuzzReport {
  readonly inputs: number
  /** Of those, the ones that are not held to a cost. */
  readonly apart: number
  readonly ms: number
  readonly byCode: ReadonlyMap<string, number>
  /** Inputs that showed something new, by what was new. */
  readonly corpus: ReadonlyMap<string, unknown>
  /** As measured among all others; `alone` is the least of several measurements by itself, where one was made. */
  readonly slowest: { readonly ms: number; readonly alone?: number }
  readonly largest: { readonly bytes: number; readonly alone?: number }
  readonly failures: readonly Failure[]
}

const maxCorpus = 3000
/** One fault is found again and again: enough to see what they have in common. */
const maxFailures = 50
/** Mutations that are put on each other. */
const maxSteps = 4

/** Runs inputs against a surface until told to stop; those that show something new are mutated on. */
export async function runFuzz(surface: Surface, options: FuzzOptions): Promise<FuzzReport> {
  const { random, goesOn, first = [], costs = true, leastBytes } = options
  const began = performance.now()
  const byCode = new Map<string, number>()
  const corpus = new Map<string, unknown>()
  const failures: Failure[] = []
  let slowest: FuzzReport['slowest'] = { ms: 0 }
  let largest: FuzzReport['largest'] = { bytes: 0 }
  let inputs = 0
  let apart = 0

  const hold = async (input: unknown, cost: Cost): Promise<void> => {
    if (cost.ms > slowest.ms) slowest = { ...slowest, ms: cost.ms }
    if (cost.bytes > largest.bytes) largest = { ...largest, bytes: cost.bytes }
    if (cost.ms > limits.ms) {
      const alone = await leastMs(() => surface.ask(input))
      if (alone > (slowest.alone ?? 0)) slowest = { ms: Math.max(slowest.ms, cost.ms), alone }
      if (alone > limits.ms) failures.push({ oracle: 'slow', why: `${alone.toFixed(1)} ms alone`, input })
    }
    if (cost.bytes > limits.bytes) {
      const alone = leastBytes?.(input)
      if (alone === undefined) return
      if (alone > (largest.alone ?? 0)) largest = { bytes: Math.max(largest.bytes, cost.bytes), alone }
      if (alone > limits.bytes) failures.push({ oracle: 'heavy', why: `${megabytes(alone)} MB alone`, input })
    }
  }

  const run = async (input: unknown): Promise<void> => {
    inputs += 1
    const { result, cost } = await measured(() => surface.ask(input))
    const verdict: Verdict = await surface.judge(input, result)
    byCode.set(verdict.code, (byCode.get(verdict.code) ?? 0) + 1)
    if (verdict.broken) failures.push({ ...verdict.broken, input })
    if (!corpus.has(verdict.novelty) && corpus.size < maxCorpus) corpus.set(verdict.novelty, input)
    if (surface.isParsedInWorker?.(input)) apart += 1
    else if (costs) await hold(input, cost)
  }

  for (const input of [...surface.seeds, ...first]) if (goesOn(inputs)) await run(input)
  const parents = (): readonly unknown[] => [...corpus.values()]
  let pool = parents()
  while (goesOn(inputs) && failures.length < maxFailures) {
    if (pool.length !== corpus.size) pool = parents()
    // Half descend from what is valid, since most of what is new is refused early.
    let input = random.integer(0, 1) === 0 ? random.pick(surface.seeds) : random.pick(pool)
    for (let steps = random.integer(1, maxSteps); steps > 0; steps -= 1) {
      input = await surface.mutate(input, random.pick(surface.seeds), random)
    }
    await run(input)
  }
  return { inputs, apart, ms: performance.now() - began, byCode, corpus, slowest, largest, failures }
}

export function megabytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1)
}
