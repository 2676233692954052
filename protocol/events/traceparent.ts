import { traceparentGrammar } from './event.ts'

/** The trace and span that a W3C `traceparent` names. */
export interface TraceContext {
  readonly traceId: string
  readonly spanId: string
  /** Whether the sender records the trace. */
  readonly sampled: boolean
}

/** Undefined unless the text is a well-formed version 00. */
export function parseTraceparent(text: string | undefined): TraceContext | undefined {
  const [, traceId, spanId, flags] = traceparentGrammar.exec(text ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

export function formatTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
}
