/**
 * Places where a fault run ends the process, named in `docs/non-obvious.md`.
 * Production passes `noFailpoints`.
 */
export interface Failpoints {
  reach(name: string): void
  /** The one that is armed, for handing to a worker thread. */
  readonly armed: ArmedFailpoint | undefined
}

/** Ends the process when `name` is reached for the `hit`-th time. */
export interface ArmedFailpoint {
  readonly name: string
  readonly hit: number
}

export const noFailpoints: Failpoints = { reach: () => {}, armed: undefined }

/** Ends the process by SIGKILL, as a power cut would, when the armed point is reached. */
export function createFailpoints(armed: ArmedFailpoint): Failpoints {
  let hits = 0
  return {
    armed,
    reach(name) {
      if (name !== armed.name) return
      hits += 1
      if (hits === armed.hit) process.kill(process.pid, 'SIGKILL')
    }
  }
}
