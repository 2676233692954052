import { pause } from '../../load.ts'
import { createRandom } from '../../random.ts'
import { leaderOf } from '../broker-faults.ts'
import type { Day } from './day.ts'
import { cut, type Direction, restore } from './own-network.ts'
import { serversSecured } from './secured.ts'

/** How soon every partition is to be back after packets pass again, milliseconds. */
const backWithinMs = 5000

/**
 * Between the bus and one broker first the answers are lost, then the requests. Brokers still reach each other, so that
 * broker leads on: no other may take records of its partitions, and the bus refuses these until packets pass.
 */
export const oneWay: Day = {
  needs: 'network',
  serversIn: (folder) => serversSecured(folder, 'tls'),
  says: [/^gateway event log: Kafka does not take records/],

  async happens({ servers, topic, lastsMs, allPartitions, tell }) {
    const done: string[] = []
    const problems: string[] = []
    for (const lost of ['answers', 'requests'] as const) {
      const { partitions } = servers.config
      const broker = await leaderOf({ ...servers, partitions }, topic, createRandom(1))
      const direction: Direction = { port: Number(broker.secured.tls.split(':')[1]), lost }
      cut(direction)
      await pause(lastsMs)
      restore(direction)
      const ms = await allPartitions()
      done.push(
        `${lost} of broker ${broker.id} lost for ${lastsMs / 1000} s, all back ${(ms / 1000).toFixed(1)} s after`
      )
      tell(done.at(-1) ?? '')
      if (ms > backWithinMs) problems.push(`not back ${Math.round(ms)} ms after ${lost} passed again`)
      await pause(lastsMs / 4)
    }
    return { done: done.join('; '), problems, standstillMs: lastsMs + backWithinMs }
  }
}
