import type { Counts } from './interleavings.ts'

/** What was tried and what became of it, in a few lines. */
export function report({ runs, restarts, strange, recorded, refused }: Counts): readonly string[] {
  const sumOf = (counts: Counts['recorded']): number =>
    [...counts.values()].reduce((sum, one) => sum + one, 0)
  const countsOf = (counts: Counts['recorded']): string =>
    [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')
  const tried = sumOf(recorded) + sumOf(refused)
  return [
    `${runs} runs, ${tried} acts tried, ${restarts} restarts, ${strange} rows of a stranger`,
    `recorded ${sumOf(recorded)}: ${countsOf(recorded)}`,
    `refused ${sumOf(refused)}: ${countsOf(refused)}`
  ]
}
