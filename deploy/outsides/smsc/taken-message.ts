/** A message that a client sent. */
export interface TakenMessage {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly text: string
  readonly dataCoding: number
  /** The elements of its header. */
  readonly header: readonly Buffer[]
  readonly wantsReport: boolean
  readonly reference: number | undefined
  /** On the clock of `performance.now`. */
  readonly at: number
}
