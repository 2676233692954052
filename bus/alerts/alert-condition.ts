/** A text in both languages; `{label}` and `{value}` stand for those of the alert. */
export type AlertText = Readonly<Record<'en' | 'vi', string>>

/** When a figure of the bus needs a person. */
export interface AlertCondition {
  readonly name: string
  /** `critical`: the bus does not do its work; `warning`: it soon will not, or somebody waits; `info`: look into it. */
  readonly severity: 'critical' | 'warning' | 'info'
  readonly metric: string
  /** Only samples with these labels. */
  readonly where?: Readonly<Record<string, string>>
  /** Only samples without these. */
  readonly except?: Readonly<Record<string, string>>
  /** Labels that tell one alert from another. Of samples with the same, the largest counts, or else the smallest. */
  readonly by: readonly string[]
  readonly of: 'largest' | 'smallest'
  readonly is: 'above' | 'below'
  readonly threshold: number
  /** How long it must have been so. */
  readonly forMinutes: number
  /** What happened, and for whom. */
  readonly summary: AlertText
  /** What to do. */
  readonly action: AlertText
}

/** Puts values into the places of a text. */
export function filledText(
  text: AlertText,
  language: keyof AlertText,
  values: Readonly<Record<string, string>>
): string {
  return text[language].replaceAll(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place)
}
