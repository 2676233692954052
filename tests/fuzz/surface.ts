import type { Random } from '../faults/random.ts'

/** What must hold for every input. */
export type Oracle =
  /** No 5xx; where there is no HTTP, nothing but the `BusError` that the caller of that code is promised. */
  | 'server-fault'
  /** Nothing is taken that its owner did not sign, or that reads otherwise than it was written. */
  | 'forged'
  /** No more than 50 ms of processor. */
  | 'slow'
  /** No more than 32 MB of memory. */
  | 'heavy'

export const oracles: readonly Oracle[] = ['server-fault', 'forged', 'slow', 'heavy']

/** What became of one input. */
export interface Verdict {
  /** Counted in the report: `accepted`, or the code of the refusal. */
  readonly code: string
  /** Finer than the code: an input with one not met before is kept and mutated on. */
  readonly novelty: string
  /** The oracle that does not hold, and why. */
  readonly broken?: { readonly oracle: Oracle; readonly why: string }
}

/** What an answer must be able to stand in for, so that a fault can be seeded in any surface. */
export interface SeededFaults<A> {
  /** An answer as a bus would give it that falls over. */
  readonly fallen: () => A
  /** An answer as a bus would give it that takes what it must not. */
  readonly fooled: (answer: A) => A
}

/**
 * One way in. An input is plain JSON, so that it can be kept in a file and
 * replayed. `ask` hands it to the code under test and never rejects: only that
 * is measured. `judge` then holds the answer to what another, independent
 * reading of the same input says.
 */
export interface Surface<I = unknown, A = unknown> {
  readonly name: string
  /** Valid inputs; every other descends from them. */
  readonly seeds: readonly I[]
  mutate(parent: I, other: I, random: Random): I | Promise<I>
  ask(input: I): A | Promise<A>
  judge(input: I, answer: A): Verdict | Promise<Verdict>
  /** Whether the bus reads this input in a thread of its own, with limits of its own: it keeps the bus from nothing. */
  readonly isParsedInWorker?: (input: I) => boolean
  readonly seededFaults: SeededFaults<A>
  close(): Promise<void>
}
