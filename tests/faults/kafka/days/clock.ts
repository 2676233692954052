import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pause } from '../../load.ts'
import { faketime } from '../../needs.ts'
import type { Day } from './day.ts'

const wrongId = 1
const clockFile = 'broker-clock'

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
                LD_PRELOAD: faketime,
                FAKETIME_TIMESTAMP_FILE: file,
                FAKETIME_CACHE_DURATION: '1',
                FAKETIME_DONT_FAKE_MONOTONIC: '1'
              }
            : {}
      }
    }
  },

  async happens({ folder, lastsMs, allPartitions, tell }) {
    const set = (offset: string): void => writeFileSync(join(folder, clockFile), offset)
    for (const offset of ['-3660', '+3660']) {
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
