import { pause } from '../../load.ts'
import { inStep, startAgain } from '../broker-faults.ts'
import type { Day } from './day.ts'

/** Brokers that have IPv6 addresses only; one is restarted, as leaders that move are looked up again. */
export const ipv6: Day = {
  serversIn: () => ({ kafka: { host: '[::1]' } }),
  says: [/^gateway brokers: .*fewer copies/],

  async happens({ servers, topic, lastsMs }) {
    const [broker] = servers.kafka.brokers
    await broker?.stop()
    await pause(lastsMs / 4)
    if (broker) await startAgain(broker)
    await inStep(servers, topic)
    return { done: `brokers at ${servers.kafka.bootstrap.join(', ')}, one away for ${lastsMs / 4000} s` }
  }
}
