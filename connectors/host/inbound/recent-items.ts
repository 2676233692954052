/** How many of the last items could not be used. */
export interface RecentItems {
  /**
   * How many of the last 200 are bad if these come after what was seen; undefined while that is at most half.
   * Items that were not seen count as good: a new instance is not stopped by its first bad item.
   */
  mostlyBad(next: readonly boolean[]): number | undefined
  /** No poll was stored since the start, and that is not long ago. */
  isStarting(): boolean
  /** `isBad` of each item that was stored. */
  add(next: readonly boolean[]): void
}

export const recentCount = 200
/** By then, deliveries that were cut off before the start are found. */
const startsWithinMs = 5000

export function createRecentItems(): RecentItems {
  let seen: readonly boolean[] = []
  let hasPolled = false
  const since = performance.now()
  const after = (next: readonly boolean[]): readonly boolean[] => [...seen, ...next].slice(-recentCount)
  return {
    mostlyBad(next) {
      const bad = after(next).filter((isBad) => isBad).length
      return bad > recentCount / 2 ? bad : undefined
    },
    isStarting: () => !hasPolled && performance.now() - since < startsWithinMs,
    add(next) {
      hasPolled = true
      seen = after(next)
    }
  }
}
