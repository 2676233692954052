import type { AlertCondition, AlertText } from './alert-condition.ts'

/** The expression of a condition in PromQL. */
export function promQlOf({ metric, where = {}, except = {}, by, of, is, threshold }: AlertCondition): string {
  const matchers = [
    ...Object.entries(where).map(([label, value]) => `${label}="${value}"`),
    ...Object.entries(except).map(([label, value]) => `${label}!="${value}"`)
  ]
  const selected = matchers.length === 0 ? metric : `${metric}{${matchers.join(',')}}`
  const grouped = by.length === 0 ? '' : ` by (${by.join(', ')})`
  return `${of === 'largest' ? 'max' : 'min'}${grouped} (${selected}) ${is === 'above' ? '>' : '<'} ${threshold}`
}

/** An alert rule in Prometheus's form. */
export interface PrometheusRule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

export function ruleOf(condition: AlertCondition): PrometheusRule {
  const { name, severity, forMinutes, summary, action } = condition
  return {
    alert: name,
    expr: promQlOf(condition),
    for: `${forMinutes}m`,
    labels: { severity },
    annotations: {
      summary: templateOf(summary, 'en'),
      description: templateOf(action, 'en'),
      summary_vi: templateOf(summary, 'vi'),
      description_vi: templateOf(action, 'vi')
    }
  }
}

/** The text as a template of Prometheus. */
function templateOf(text: AlertText, language: keyof AlertText): string {
  return text[language].replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    name === 'value' ? '{{ $value | humanize }}' : `{{ $labels.${name} }}`
  )
}
