import type { ArchivedEvent } from '#bus/archive/archived-event.ts'

/** The agency's inbox, from which a channel takes its entries. */
export interface EntrySource {
  entriesAfter(
    agency: string,
    number: number,
    limit: number
  ): Promise<readonly { readonly number: number; readonly event: ArchivedEvent }[]>
  /**
   * Whether the agency's entry of an event may be delivered now (`open`), perhaps later (`withheld`), or no
   * more (`ended`).
   */
  statusOf(agency: string, event: number): Promise<'open' | 'withheld' | 'ended'>
  /** Ends what expired or was recalled before it was delivered: it cannot be answered. */
  endUndelivered(agency: string, events: readonly number[]): Promise<void>
  /** Archived events by number. */
  events(numbers: readonly number[]): Promise<ReadonlyMap<number, ArchivedEvent>>
}
