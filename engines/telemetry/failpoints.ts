import { channel } from 'node:diagnostics_channel'
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'

const channelName = 'lienthong:failpoint'
const failpoints = channel(channelName)

/** Marks a place where a fault run can end the process; `docs/non-obvious.md` lists them. Costs nothing while none is armed. */
export function reachFailpoint(name: string): void {
  if (failpoints.hasSubscribers) failpoints.publish(name)
}

/**
 * Ends the process by SIGKILL, as a power cut would, when a point is reached
 * for the n-th time; `armed` is `name:n`, or `name` for the first time. Takes
 * effect in this thread and in worker threads started from now on; each counts
 * for itself.
 */
export function armFailpoint(armed: string): void {
  const [name, hit = '1'] = armed.split(':')
  let hits = 0
  failpoints.subscribe((reached) => {
    if (reached !== name) return
    hits += 1
    if (hits === Number(hit)) process.kill(process.pid, 'SIGKILL')
  })
  setEnvironmentData(channelName, armed)
}

// A worker thread has channels of its own: it arms them with what the thread that started it was armed with.
const inherited = getEnvironmentData(channelName)
if (typeof inherited === 'string') armFailpoint(inherited)
