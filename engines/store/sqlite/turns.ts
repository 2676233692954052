/** One task at a time. */
export interface Turns {
  /** Runs a task after those that were given before. */
  take<T>(task: () => Promise<T>): Promise<T>
  /** Runs a task after the one that runs now, and one more that waited when the last such task began. */
  takeFirst<T>(task: () => Promise<T>): Promise<T>
  /** Resolves when nothing runs or waits. */
  ended(): Promise<void>
}

type Task = () => Promise<unknown>

/** Tasks that go first take turns with the others, so that neither holds up the other for ever. */
export function createTurns(): Turns {
  const first: Task[] = []
  const others: Task[] = []
  let running: Promise<void> | undefined
  let wasFirst = false

  const next = (): Task | undefined => {
    wasFirst = first.length > 0 && !(wasFirst && others.length > 0)
    return wasFirst ? first.shift() : others.shift()
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
