/** One row of the table of targets. */
export interface Row {
  readonly key: string
  readonly title: string
  readonly must: number
  readonly goal: number
  readonly unit: 'ratio' | 'ms' | 'min' | 'MB' | 'KB' | '%'
  /** Whether more is better. */
  readonly more: boolean
  /** Number of events that the target is for. */
  readonly events?: number
}

export const ratio = { unit: 'ratio', more: true } as const
/** Of a connector, against a loop with the same library. */
export const perLoop = { ...ratio, must: 0.6, goal: 0.6 } as const
