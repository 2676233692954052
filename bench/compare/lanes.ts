import type { Sample } from './rounds.ts'

/** Processes each item, `inFlight` at a time, and measures this process, including its threads. */
export async function measureLanes<T>(
  items: readonly T[],
  inFlight: number,
  work: (item: T) => Promise<unknown>
): Promise<Sample> {
  await runLanes(items.slice(0, items.length / 5), inFlight, work) // Warms up: until the code is compiled.
  const counted = items.slice(items.length / 5)
  const cpu = process.cpuUsage()
  const began = performance.now()
  await runLanes(counted, inFlight, work)
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  return { rate: counted.length / seconds, cpuMicros: (user + system) / counted.length }
}

async function runLanes<T>(
  items: readonly T[],
  inFlight: number,
  work: (item: T) => Promise<unknown>
): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item)
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
}
