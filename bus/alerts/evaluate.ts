import type { AlertCondition } from './alert-condition.ts'

/** The samples of one metric. */
export interface MetricSamples {
  readonly name: string
  readonly values: readonly {
    readonly value: number
    readonly labels: Readonly<Record<string, string | number | undefined>>
  }[]
}

/** A condition that is met now. */
export interface ActiveAlert {
  readonly condition: AlertCondition
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Of metrics with one name the last counts. The conditions that are met, one alert for each set of the labels that tell them apart. */
export function evaluate(
  conditions: readonly AlertCondition[],
  metrics: readonly MetricSamples[]
): readonly ActiveAlert[] {
  const byName = new Map(metrics.map((metric) => [metric.name, metric.values]))
  return conditions.flatMap((condition) => {
    const values = (byName.get(condition.metric) ?? []).filter(({ labels }) => isMeant(condition, labels))
    const groups = Map.groupBy(values, ({ labels }) =>
      JSON.stringify(condition.by.map((label) => String(labels[label] ?? '')))
    )
    return Array.from(groups, ([key, samples]): ActiveAlert => {
      const numbers = samples.map(({ value }) => value)
      const value = condition.of === 'largest' ? Math.max(...numbers) : Math.min(...numbers)
      const texts = JSON.parse(key) as string[]
      const labels = Object.fromEntries(condition.by.map((label, index) => [label, texts[index] ?? '']))
      return { condition, labels, value }
    }).filter(({ value }) =>
      condition.is === 'above' ? value > condition.threshold : value < condition.threshold
    )
  })
}

type Labels = MetricSamples['values'][number]['labels']

function isMeant({ where = {}, except = {} }: AlertCondition, labels: Labels): boolean {
  return (
    Object.entries(where).every(([label, value]) => labels[label] === value) &&
    Object.entries(except).every(([label, value]) => labels[label] !== value)
  )
}
