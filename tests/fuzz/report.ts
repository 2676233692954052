import { type FuzzReport, megabytes } from './run-fuzz.ts'

/** A run in words: what was tried, what became of it, what it cost at most. */
export function report({
  inputs,
  apart,
  ms,
  byCode,
  corpus,
  slowest,
  largest,
  failures
}: FuzzReport): readonly string[] {
  const counts = [...byCode].sort(([, a], [, b]) => b - a)
  const alone = (value: string | undefined): string =>
    value === undefined ? '' : `, at most ${value} of a suspect alone`
  return [
    `inputs ${inputs}, ${Math.round((inputs * 1000) / ms)} per second for ${(ms / 60_000).toFixed(1)} minutes`,
    ...counts.map(([code, count]) => `  ${code} ${count}`),
    `inputs that showed something new: ${corpus.size}`,
    ...(apart === 0 ? [] : [`read in a thread of their own, whose cost is not held to the limits: ${apart}`]),
    `slowest among others ${slowest.ms.toFixed(1)} ms${alone(slowest.alone === undefined ? undefined : `${slowest.alone.toFixed(1)} ms`)}`,
    `largest growth of memory among others ${megabytes(largest.bytes)} MB${alone(largest.alone === undefined ? undefined : `${megabytes(largest.alone)} MB`)}`,
    `failures: ${failures.length === 0 ? 'none' : failures.length}`
  ]
}
