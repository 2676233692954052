import type { BusEvent } from '#protocol/events/event.ts'

/**
 * The hops of an event: published (`send`), projected (`process`), read from an inbox (`poll`), delivered
 * by a connector (`deliver`).
 */
export type HopName = 'send' | 'process' | 'poll' | 'deliver'

/** What a hop records about its event. Subject and payload stay out of traces. */
export type TracedEvent = Pick<BusEvent, 'id' | 'source' | 'type' | 'correlationid'>

/** A hop in progress. */
export interface Hop {
  /**
   * The W3C trace context for the next hop: this hop if it is recorded, otherwise the context it was given,
   * so that no trace refers to a hop that was not recorded.
   */
  readonly traceparent: string | undefined
  /** Ends the hop; call it once. With an error the hop has failed, under the error's code. */
  end(error?: unknown): void
}

/** A request that reads an inbox. */
export interface Reading {
  readonly reader: string
  /** Trace context of the request. */
  readonly traceparent: string | undefined
  /** Time since the request arrived. */
  readonly elapsedMs: number
}

/**
 * Records the hops of events through the bus, one span each, in the trace that the sender started. The code
 * that does a hop begins and ends it. A trace context travels with its event as data: it is never trusted,
 * and a malformed one counts as absent. No method throws or waits for a collector.
 */
export interface Tracing {
  /**
   * Starts a hop that follows the one in `traceparent`; without one, starts a trace. `channel` is the
   * channel that takes the event.
   */
  begin(name: HopName, event: TracedEvent, traceparent: string | undefined, channel?: string): Hop
  /**
   * Records that an inbox page was returned: one hop for each event, in the event's trace, and one span in
   * the reader's trace that links to them. Returns the trace context for each event, in their order.
   */
  recordPage(
    events: readonly (TracedEvent & Pick<Hop, 'traceparent'>)[],
    reading: Reading
  ): readonly Pick<Hop, 'traceparent'>[]
  /** Exports the remaining spans, for at most two seconds; those left after that are lost. */
  close(): Promise<void>
}

const nothing = (): void => {}

/** Records nothing; each hop passes on the trace context it was given. */
export const noTracing: Tracing = {
  begin: (_name, _event, traceparent) => ({ traceparent, end: nothing }),
  recordPage: (events) => events,
  close: async () => {}
}

/** Runs the work of some hops and then ends them; as failed if the work throws. */
export async function traced<T>(hops: readonly Hop[], work: () => Promise<T>): Promise<T> {
  try {
    const result = await work()
    for (const hop of hops) hop.end()
    return result
  } catch (error) {
    for (const hop of hops) hop.end(error)
    throw error
  }
}
