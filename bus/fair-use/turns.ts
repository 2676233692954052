/**
 * Shares the main thread among agencies: whoever has used it least goes next.
 * Long work is cut into pieces, so that nobody waits for all of another's
 * batch, and everything else the process does goes on between the pieces.
 */
export interface Turns {
  /**
   * Begins this work when it is the agency's turn, at once where nobody waits.
   * What the work does until its first wait for something outside counts.
   */
  take(agency: string, begin: () => void): void
  /** Asked between the pieces of long work: undefined while it may go on, else what resolves at the agency's next turn. */
  next(agency: string): Promise<void> | undefined
}

export interface TurnsOptions {
  /** How long agencies' work may hold the main thread before the event loop goes round. */
  readonly sliceMs?: number
  /** A clock that is never set, in milliseconds. */
  readonly now?: () => number
}

export function createTurns({ sliceMs = 2, now = () => performance.now() }: TurnsOptions = {}): Turns {
  const waiting = new Map<string, (() => void)[]>()
  /** Time that agencies have had, in milliseconds; without those that have had no more than `start`. */
  const had = new Map<string, number>()
  /** What the agency served last had before: who comes after a rest starts from here, and does not catch up on it. */
  let start = 0
  let running: { readonly agency: string; readonly since: number } | undefined
  /** Time used since the event loop went round. */
  let used = 0
  let isScheduled = false

  const hadBy = (agency: string): number => Math.max(had.get(agency) ?? 0, start)

  const run = (agency: string, begin: () => void): void => {
    start = hadBy(agency)
    running = { agency, since: now() }
    goRound()
    // What settled promises go on with is part of the turn: a tick comes after all of them.
    queueMicrotask(() => process.nextTick(end))
    begin()
  }

  const end = (): void => {
    if (!running) return
    const { agency, since } = running
    running = undefined
    const ms = now() - since
    used += ms
    had.set(agency, hadBy(agency) + ms)
    serve()
  }

  const serve = (): void => {
    if (running || used >= sliceMs) return
    let next: string | undefined
    for (const agency of waiting.keys()) {
      if (next === undefined || hadBy(agency) < hadBy(next)) next = agency
      if (hadBy(next) <= start) break // Nobody has had less.
    }
    if (next === undefined) return
    const line = waiting.get(next) ?? []
    const begin = line.shift()
    if (line.length === 0) waiting.delete(next)
    if (begin) run(next, begin)
  }

  /** What is left goes on once the event loop has been round. */
  const goRound = (): void => {
    if (isScheduled) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      used = 0
      if (waiting.size === 0)
        had.clear() // Nobody competes, so all begin anew.
      else {
        for (const [agency, ms] of had) if (ms <= start) had.delete(agency)
        goRound()
      }
      serve()
    })
  }

  const wait = (agency: string, begin: () => void): void => {
    const line = waiting.get(agency)
    if (line) line.push(begin)
    else waiting.set(agency, [begin])
    goRound()
  }

  return {
    take(agency, begin) {
      if (running || waiting.size > 0 || used >= sliceMs) wait(agency, begin)
      else run(agency, begin)
    },

    next(agency) {
      if (running?.agency === agency && used + now() - running.since < sliceMs) return undefined
      const { promise, resolve } = Promise.withResolvers<void>()
      wait(agency, resolve)
      return promise
    }
  }
}
