/** What is signalled of new entries: the agency, for all readers, and the agency with the type, for those who filter. */
export function newsOf(entries: Iterable<{ readonly agency: string; readonly type: string }>): Set<string> {
  const names = new Set<string>()
  for (const { agency, type } of entries) names.add(agency).add(nameOf(agency, type))
  return names
}

/** Signalled when something is left to be done in slices (`run-slices.ts`). */
export const slicesLeft = '/inbox-slices'

/** What a reader waits for, so that new entries of other types do not wake it. */
export function awaitedNews(agency: string, types: readonly string[]): readonly string[] {
  return types.length === 0 ? [agency] : types.map((type) => nameOf(agency, type))
}

function nameOf(agency: string, type: string): string {
  return `${agency} ${type}`
}
