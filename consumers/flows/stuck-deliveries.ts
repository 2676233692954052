/** What connectors know of deliveries. */
export interface StuckDeliveries {
  /** Events from one number to another that a connector cannot deliver now: at most so many, the newest first. */
  stuckEvents(
    range: { readonly low: number; readonly high: number },
    limit: number
  ): Promise<readonly number[]>
  /** Those of these events that a connector cannot deliver now. */
  stuckAmong(events: readonly number[]): Promise<ReadonlySet<number>>
}
