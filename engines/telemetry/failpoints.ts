import { channel } from 'node:diagnostics_channel'
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'

const channelName = 'lienthong:failpoint'
const failpoints = channel(channelName)

/**
 * Marks a point at which a fault run can kill the process; `docs/non-obvious.md` lists them. Costs nothing
 * unless one is armed.
 */
export function reachFailpoint(name: string): void {
  if (failpoints.hasSubscribers) failpoints.publish(name)
}

/**
 * Kills the process with SIGKILL, as a power cut would, when a point is reached for the n-th time. `armed`
 * is `name:n`, or `name` for the first time. Applies to this thread and to worker threads started later;
 * each counts for itself.
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

// Diagnostics channels are per thread: a worker arms what the thread that started it had armed.
const inherited = getEnvironmentData(channelName)
if (typeof inherited === 'string') armFailpoint(inherited)
