import type { Sample } from './rounds.ts'

/** Measures a loop in this process; the first fifth is not counted, until the code is compiled. */
export interface Meter {
  /** Events that are done. */
  add(events: number): void
  sample(): Sample
}

export function startMeter(total: number): Meter {
  let done = 0
  let counted = 0
  let began = performance.now()
  let ended = began
  let cpu = process.cpuUsage()
  let used = { user: 0, system: 0 }
  return {
    add(events) {
      const isWarm = done >= total / 5
      done += events
      if (isWarm) {
        counted += events
        ended = performance.now()
        used = process.cpuUsage(cpu)
      } else {
        began = performance.now()
        cpu = process.cpuUsage()
      }
    },
    sample() {
      if (counted === 0) throw new TypeError('nothing was counted')
      return { rate: (counted * 1000) / (ended - began), cpuMicros: (used.user + used.system) / counted }
    }
  }
}
