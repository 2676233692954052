import { treeUse } from '#bench/compare/process-tree.ts'
import { pause } from '#protocol/timing/retry.ts'

/** What a process used while it was watched. */
export interface Cost {
  /** Of one core. */
  readonly share: number
  /** Most resident memory, in bytes. */
  readonly bytes: number
}

const everyMs = 500

/** Watches a process and its children until `work` has ended. */
export async function costOf(pid: number, work: () => Promise<void>): Promise<Cost> {
  const stop = new AbortController()
  let bytes = 0
  const watching = (async () => {
    while (!stop.signal.aborted) {
      bytes = Math.max(bytes, treeUse(pid).residentBytes)
      await pause(everyMs, stop)
    }
  })()
  const [from, cpu] = [performance.now(), treeUse(pid).cpuMicros]
  await work()
  const share = (treeUse(pid).cpuMicros - cpu) / 1000 / (performance.now() - from)
  stop.abort()
  await watching
  return { share, bytes }
}
