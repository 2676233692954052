/** What waits, in a line for each agency. Agencies take turns, however much one of them has waiting. */
export interface AgencyLines<T> {
  /** False, and nothing is added, if as much of the agency's waits as may. */
  add(agency: string, item: T): boolean
  /** Takes out what comes next; undefined if nothing waits. */
  next(): T | undefined
}

export function createAgencyLines<T>(maxWaiting: number): AgencyLines<T> {
  /** In the order of the agencies' turns; none is empty. */
  const lines = new Map<string, T[]>()

  return {
    add(agency, item) {
      const line = lines.get(agency) ?? []
      if (line.length >= maxWaiting) return false
      line.push(item)
      lines.set(agency, line)
      return true
    },

    next() {
      const [first] = lines
      if (!first) return undefined
      const [agency, line] = first
      const item = line.shift()
      lines.delete(agency)
      if (line.length > 0) lines.set(agency, line) // Last again.
      return item
    }
  }
}
