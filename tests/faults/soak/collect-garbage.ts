import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { BroadcastChannel, isMainThread } from 'node:worker_threads'

/**
 * Loaded before the bus and before each of its threads: garbage of all threads is collected on SIGWINCH, which ends no
 * program, so that samples of its memory can be compared.
 */
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const channel = new BroadcastChannel('collect-garbage')
channel.onmessage = collect
channel.unref()
if (isMainThread) {
  process.on('SIGWINCH', () => {
    channel.postMessage('now')
    collect()
  })
}
