import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pause } from '../../load.ts'
import { faketime } from '../../needs.ts'
import type { Day } from './day.ts'

const wrongId = 1
const clockFile = 'broker-clock'
/** More than the hour by which Kafka lets a record be ahead of a broker, where topics are not as the bus makes them. */
const offsets = ['-3660', '+3660']

/** The clock of one broker is set an hour back, and an hour forward. */
export const clock: Day = {
  needs: 'faketime',
  serversIn(folder) {
    const file = join(folder, clockFile)
    writeFileSync(file, '+0')
    return {
      kafka: {
        environmentOf: (id): Readonly<Record<string, string>> =>
          id === wrongId
            ? {
                LD_PRELOAD: faketime ?? '',
                FAKETIME_TIMESTAMP_FILE: file,
                FAKETIME_CACHE_DURATION: '1', // Otherwise it reads the file whenever the time is asked.
                FAKETIME_DONT_FAKE_MONOTONIC: '1',
                FAKETIME_FORCE_MONOTONIC_FIX: '0' // Otherwise Java's waits end late, and a broker starts in 50 s.
              }
            : {}
      }
    }
  },

  says: [
    /^gateway brokers: .*clock of the broker.* by -36\d\d s/,
    /^gateway brokers: .*clock of the broker.* by 36\d\d s/
  ],

  async happens({ folder, lastsMs, allPartitions, tell }) {
    const set = (offset: string): void => writeFileSync(join(folder, clockFile), offset)
    for (const offset of offsets) {
      set(offset)
      await pause(lastsMs)
      set('+0')
      await allPartitions()
      tell(`the clock of broker ${wrongId} was off by ${offset} s`)
    }
    return {
      done: `the clock of broker ${wrongId} an hour back and an hour forward, ${lastsMs / 1000} s each`
    }
  }
}
