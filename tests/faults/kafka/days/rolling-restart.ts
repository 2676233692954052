import { pause } from '../../load.ts'
import { inStep, startAgain } from '../broker-faults.ts'
import type { Day } from './day.ts'

/** Each broker is stopped as for an upgrade, stays away, and comes back; the next follows once copies are in step. */
export const rollingRestart: Day = {
  says: [/^gateway brokers: .*fewer copies/, /^consumers brokers: .*fewer copies/],
  async happens({ servers, topic, lastsMs, tell }) {
    for (const broker of servers.kafka.brokers) {
      await broker.stop()
      await pause(lastsMs)
      await startAgain(broker)
      await inStep(servers, topic)
      tell(`broker ${broker.id} was away`)
    }
    return { done: `3 brokers in turn away for ${lastsMs / 1000} s` }
  }
}
