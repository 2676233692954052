/** One task at a time. */
export interface Turns {
  /** Runs a task after those that were given before. */
  take<T>(task: () => Promise<T>): Promise<T>
  /** Runs a task before those that wait, but after what others are due (`othersMs`). */
  takeFirst<T>(task: () => Promise<T>): Promise<T>
  /** Resolves when nothing runs or waits. */
  ended(): Promise<void>
}

type Task = () => Promise<unknown>

/** After a task that went first, others that wait may begin for so long, and one of them in any case. */
const othersMs = 10

/** Tasks that go first take turns with the others, so that neither holds up the other for long. */
export function createTurns({ now = () => performance.now() } = {}): Turns {
  const first: Task[] = []
  const others: Task[] = []
  let running: Promise<void> | undefined
  let wasFirst = false
  let othersUntil = 0

  const next = (): Task | undefined => {
    if (wasFirst) othersUntil = now() + othersMs
    const isOfOthers = others.length > 0 && (first.length === 0 || wasFirst || now() < othersUntil)
    wasFirst = !isOfOthers
    return isOfOthers ? others.shift() : first.shift()
  }

  const run = async (): Promise<void> => {
    await Promise.resolve()
    for (let task = next(); task; task = next()) await task()
    running = undefined
  }

  const add = <T>(waiting: Task[], task: () => Promise<T>): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    waiting.push(async () => {
      await Promise.try(task).then(resolve, reject)
    })
    running ??= run()
    return promise
  }

  return {
    take: (task) => add(others, task),
    takeFirst: (task) => add(first, task),
    async ended() {
      while (running) await running
    }
  }
}
