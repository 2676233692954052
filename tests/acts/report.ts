import type { Counts } from './interleavings.ts'

/** What was tried and what became of it, in a few lines. */
export function report({ runs, restarts, strange, recorded, refused }: Counts): readonly string[] {
  const sumOf = (counts: Counts['recorded']): number =>
    [...counts.values()].reduce((sum, one) => sum + one, 0)
<<<<<<< HEAD
  const drawn = (counts: Counts['recorded']): string =>
||||||| b60fb72
  const listed = (counts: Counts['recorded']): string =>
=======
  const countsOf = (counts: Counts['recorded']): string =>
>>>>>>> h/sec-control
    [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')
  const tried = sumOf(recorded) + sumOf(refused)
  return [
    `${runs} runs, ${tried} acts tried, ${restarts} restarts, ${strange} rows of a stranger`,
<<<<<<< HEAD
    `recorded ${sumOf(recorded)}: ${drawn(recorded)}`,
    `refused ${sumOf(refused)}: ${drawn(refused)}`
||||||| b60fb72
    `recorded ${sumOf(recorded)}: ${listed(recorded)}`,
    `refused ${sumOf(refused)}: ${listed(refused)}`
=======
    `recorded ${sumOf(recorded)}: ${countsOf(recorded)}`,
    `refused ${sumOf(refused)}: ${countsOf(refused)}`
>>>>>>> h/sec-control
  ]
}
