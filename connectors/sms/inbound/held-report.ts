import type { MessageState } from '../map/receipt.ts'
import type { ReportTraits } from './doubtful.ts'

/** A report that is no item yet: its message is not known, or not known yet. */
export interface HeldReport extends ReportTraits {
  readonly ids: readonly string[]
  readonly state: MessageState
  readonly error?: string | undefined
  readonly doneDate?: string | undefined
  /** When it came. */
  readonly at: number
}
