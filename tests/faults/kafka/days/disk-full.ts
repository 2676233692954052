import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fillDisk } from '../../full-disk-run.ts'
import { pause } from '../../load.ts'
import { inStep, startAgain } from '../broker-faults.ts'
import type { Day } from './day.ts'

const diskMebibytes = 400
const smallId = 1
/** A broker that ends by itself is missed by the others after `broker.session.timeout.ms`. */
const missedMs = 6000

/** One broker's disk is full: Kafka gives its folder up and the broker ends; it comes back once there is room. */
export const diskFull: Day = {
  needs: 'mount',
  serversIn: () => ({
    kafka: {
      prepareFolder(folder, id) {
        if (id !== smallId) return undefined
        execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMebibytes}m`, 'tmpfs', folder])
        return () => execFileSync('umount', [folder])
      }
    }
  }),

  says: [/^gateway brokers: .*fewer copies/, /^gateway event log: Kafka does not take records/],

  async happens({ servers, topic, lastsMs }) {
    const broker = servers.kafka.brokers.find(({ id }) => id === smallId)
    if (!broker) throw new TypeError('there is a broker with the small disk')
    const ballast = join(broker.data, 'ballast')
    fillDisk(ballast)
    await pause(lastsMs)
    rmSync(ballast)
    await broker.kill()
    await startAgain(broker)
    await inStep(servers, topic)
    return {
      done: `the disk of broker ${broker.id} full for ${lastsMs / 1000} s`,
      standstillMs: 5000 + missedMs
    }
  }
}
