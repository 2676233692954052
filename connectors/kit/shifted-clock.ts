import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Loaded before the bus (`--import …?file=FILE`): its wall clock is off by as many
 * milliseconds as the file says, at once when that changes. Timers go on by the
 * monotonic clock, as they do when a machine's clock is set.
 */
const file = new URL(import.meta.url).searchParams.get('file')
const trueNow = Date.now
let offsetMs = 0

export function shiftClock(ms: number): void {
  offsetMs = ms
}

class ShiftedDate extends Date {
  constructor(...words: readonly unknown[]) {
    super(...((words.length === 0 ? [trueNow() + offsetMs] : words) as [number]))
  }

  static override now(): number {
    return trueNow() + offsetMs
  }
}
globalThis.Date = ShiftedDate as DateConstructor

if (file !== null) {
  const read = (): void => {
    const before = offsetMs
    try {
      offsetMs = Number(readFileSync(file, 'utf8'))
    } catch {
      offsetMs = 0
    }
    if (offsetMs !== before) writeFileSync(`${file}.read`, String(offsetMs)) // Whoever set it waits for this.
  }
  read()
  setInterval(read, 50).unref()
}
