/**
 * The names of what a map holds, sorted, all and by agency. For maps that only grow, as those of the
 * control state do: what was added since the last question is sorted in, and nothing is read again.
 */
export interface SortedNames {
  /** All names, or those of an agency. */
  of(agency?: string): readonly string[]
}

interface Names {
  readonly names: string[]
  isSorted: boolean
}

/** `namesOf` gives of an entry its name and its agencies, neither of which may change; nothing to leave it out. */
export function sortNames<T>(
  map: ReadonlyMap<string, T>,
  namesOf: (
    value: T,
    key: string
  ) => { readonly name: string; readonly agencies: readonly string[] } | undefined
): SortedNames {
  const all: Names = { names: [], isSorted: true }
  const byAgency = new Map<string, Names>()
  let seen = 0

  const add = (to: Names, name: string): void => {
    to.names.push(name)
    to.isSorted = false
  }

  const takeNew = (): void => {
    if (map.size === seen) return
    for (const [key, value] of map.entries().drop(seen)) {
      const found = namesOf(value, key)
      if (!found) continue
      add(all, found.name)
      for (const agency of new Set(found.agencies)) {
        const own = byAgency.get(agency) ?? { names: [], isSorted: true }
        byAgency.set(agency, own)
        add(own, found.name)
      }
    }
    seen = map.size
  }

  return {
    of(agency) {
      takeNew()
      const found = agency === undefined ? all : byAgency.get(agency)
      if (!found) return []
      if (!found.isSorted) found.names.sort()
      found.isSorted = true
      return found.names
    }
  }
}

/** The index of the first name that is greater than this one. */
export function indexAfter(names: readonly string[], name: string): number {
  let [from, to] = [0, names.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((names[middle] ?? '') > name) to = middle
    else from = middle + 1
  }
  return from
}
