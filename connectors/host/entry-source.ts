import type { ArchivedEvent } from '#bus/archive/archived-event.ts'

/** Where a channel takes its entries from: an agency's inbox. */
export interface EntrySource {
  entriesAfter(
    agency: string,
    number: number,
    limit: number
  ): Promise<readonly { readonly number: number; readonly event: ArchivedEvent }[]>
  /** Whether the agency's entry of an event may be handed over now, perhaps later, or not any more. */
  statusOf(agency: string, event: number): Promise<'open' | 'withheld' | 'ended'>
  /** Archived events by number. */
  events(numbers: readonly number[]): Promise<ReadonlyMap<number, ArchivedEvent>>
}
