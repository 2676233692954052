import { type DueLine, lineKey } from './lines.ts'

/** Every so many attempts, one goes to the line that has waited longest, however urgent others are. */
const slotOfOldest = 4

export interface Choice {
  /** Both lists are ranked; the same line may be in both. */
  readonly urgent: readonly DueLine[]
  readonly oldest: readonly DueLine[]
  /** Lines that have a running attempt. */
  readonly busy: Iterable<string>
  readonly free: number
  /** Number of attempts started before. */
  readonly started: number
}

/** The lines whose heads are attempted next: the most urgent ones, and the oldest one in every fourth slot. */
export function chooseLines({ urgent, oldest, busy, free, started }: Choice): readonly DueLine[] {
  const taken = new Set(busy)
  const chosen: DueLine[] = []
  for (let slot = started + 1; chosen.length < free; slot += 1) {
    const ranked = slot % slotOfOldest === 0 ? oldest : urgent
    const line = ranked.find((one) => !taken.has(lineKey(one)))
    if (!line) break
    taken.add(lineKey(line))
    chosen.push(line)
  }
  return chosen
}
