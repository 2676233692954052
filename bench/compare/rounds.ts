/** Result of one round of one side. */
export interface Sample {
  /** Events per second. */
  readonly rate: number
  /** Processor time of the process tree, microseconds per event. */
  readonly cpuMicros: number
  /** Events per second until the last was in its inbox, if that is later than the answer. */
  readonly settledRate?: number
}

/** The two samples of a round: the measured side and its baseline. */
export interface Pair {
  readonly ours: Sample
  readonly baseline: Sample
}

export interface Compared {
  /** Ours divided by the baseline; the median over the rounds. */
  readonly ratio: number
  readonly least: number
  readonly most: number
  readonly ours: Sample
  readonly baseline: Sample
}

export interface Sides {
  readonly ours: () => Promise<Sample>
  readonly baseline: () => Promise<Sample>
}

/** Measures both sides in turn, A B A B …, after one round that is not counted. */
export async function interleaved({ ours, baseline }: Sides, rounds: number): Promise<readonly Pair[]> {
  const pairs: Pair[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const pair = { ours: await ours(), baseline: await baseline() }
    if (round > 0) pairs.push(pair)
  }
  return pairs
}

/** The medians over the rounds; the ratio, by default of the rates, is computed in each round. */
export function compare(
  pairs: readonly Pair[],
  figureOf: (sample: Sample) => number = ({ rate }) => rate
): Compared {
  const ratios = pairs.map(({ ours, baseline }) => figureOf(ours) / figureOf(baseline))
  return {
    ratio: median(ratios),
    least: Math.min(...ratios),
    most: Math.max(...ratios),
    ours: medianSample(pairs.map(({ ours }) => ours)),
    baseline: medianSample(pairs.map(({ baseline }) => baseline))
  }
}

function medianSample(samples: readonly Sample[]): Sample {
  const inboxRates = samples.flatMap(({ settledRate }) => settledRate ?? [])
  return {
    rate: median(samples.map(({ rate }) => rate)),
    cpuMicros: median(samples.map(({ cpuMicros }) => cpuMicros)),
    ...(inboxRates.length > 0 ? { settledRate: median(inboxRates) } : {})
  }
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value that this share of the values does not exceed; the mean of two in the middle. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  const at = (sorted.length - 1) * share
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? Number.NaN
  return low + (high - low) * (at - Math.floor(at))
}
