import type { ArchivedEvent } from '#bus/archive/archived-event.ts'

/** The agency's inbox, from which a channel takes its entries. */
export interface EntrySource {
  entriesAfter(
    agency: string,
    number: number,
    limit: number
  ): Promise<{
    readonly items: readonly { readonly event: ArchivedEvent }[]
    /** The number to go on from. */
    readonly looked: number
    readonly isMore: boolean
  }>
  /**
   * Whether the agency's entries of these events may be delivered now (`open`), perhaps later (`withheld`), or
   * no more (`ended`).
   */
  statusesOf(
    agency: string,
    events: readonly number[]
  ): Promise<ReadonlyMap<number, 'open' | 'withheld' | 'ended'>>
  /** Archived events by number. */
  events(numbers: readonly number[]): Promise<ReadonlyMap<number, ArchivedEvent>>
}
