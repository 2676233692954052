const dayMs = 86_400_000
/** Vietnam keeps UTC+7 all year. */
const offsetMs = 7 * 3_600_000

export interface QuietHours {
  /** `HH:MM` in Vietnam's time. */
  readonly from: string
  /** Before `from`: on the next day. */
  readonly to: string
}

/** When the quiet hours that an instant is in will end; undefined if it is in none. Milliseconds since the epoch. */
export function quietUntil({ from, to }: QuietHours, now: number): number | undefined {
  const [begin, end] = [timeOfDay(from), timeOfDay(to)]
  const at = (now + offsetMs) % dayMs
  const isQuiet = begin <= end ? at >= begin && at < end : at >= begin || at < end
  return isQuiet ? now + ((end - at + dayMs) % dayMs) : undefined
}

function timeOfDay(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return (hours * 60 + minutes) * 60_000
}
