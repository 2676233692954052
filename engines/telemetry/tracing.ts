import type { BusEvent } from '#protocol/events/event.ts'

/**
 * The hops of an event: its publishing, its projection, and its hand-over to a
 * reader of an inbox or through a connector.
 */
export type HopName = 'send' | 'process' | 'poll' | 'deliver'

/** What a hop tells of its event. Its subject and payload stay out of traces. */
export type TracedEvent = Pick<BusEvent, 'id' | 'source' | 'type' | 'correlationid'>

/** One hop that has begun. */
export interface Hop {
  /**
   * The W3C trace context the next hop continues: this hop where it is
   * recorded, else what it was given, so that no trace names a hop nobody kept.
   */
  readonly traceparent: string | undefined
  /** Ends it, once; with an error as failed, under the error's code. */
  end(error?: unknown): void
}

/** Who reads an inbox, and since when. */
export interface Reading {
  readonly reader: string
  /** Trace context of the reading request. */
  readonly traceparent: string | undefined
  /** How long ago the request came. */
  readonly elapsedMs: number
}

/**
 * Records the way of events through the bus, one span a hop, all in the trace
 * the sender began. Whoever does a hop begins it and ends it. A trace context
 * is data: it is carried from hop to hop with the event, never trusted, and one
 * that is malformed counts as absent. No method throws or waits for a collector.
 */
export interface Tracing {
  /** Begins a hop after the one `traceparent` names; without one, a trace. `channel` is what takes the event in it. */
  begin(name: HopName, event: TracedEvent, traceparent: string | undefined, channel?: string): Hop
  /**
   * Records that a page of an inbox goes out: one hop an event, each in its
   * event's trace, and the reading in the reader's, linked to them. Answers the
   * context for each event, in their order.
   */
  recordPage(
    events: readonly (TracedEvent & Pick<Hop, 'traceparent'>)[],
    reading: Reading
  ): readonly Pick<Hop, 'traceparent'>[]
  /** Sends what is recorded and not sent yet, for two seconds at most; what then is left is lost. */
  close(): Promise<void>
}

const nothing = (): void => {}

/** Records nothing: each hop passes on the trace context it was given. */
export const noTracing: Tracing = {
  begin: (_name, _event, traceparent) => ({ traceparent, end: nothing }),
  recordPage: (events) => events,
  close: async () => {}
}

/** Does the work of some hops and ends them with it: as failed where it throws. */
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
