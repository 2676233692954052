import {
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider
} from '@opentelemetry/sdk-trace'
import { codeOf } from '#protocol/errors/bus-error.ts'
import { topicOf } from '#protocol/events/event.ts'
import { formatTraceparent, parseTraceparent, type TraceContext } from '#protocol/events/traceparent.ts'
import type { Logger } from './logger.ts'
import { attributesOf, attributesOfReading, errorType } from './span-attributes.ts'
import { type Hop, noTracing, type Tracing } from './tracing.ts'

export interface OtlpTracingOptions {
  readonly otlpEndpoint: string
  readonly sampleRatio: number
  readonly serviceName: string
  readonly logger: Logger
}

/** Spans that may wait for the collector; more are dropped. */
const maxQueueSize = 4096
const exportEveryMs = 1000
const exportTimeoutMs = 5000
const closeTimeoutMs = 2000
const reportEveryMs = 60_000
/** An inbox page has at most this many events. */
const linkCountLimit = 500
const attributeValueLengthLimit = 256

const kinds = {
  send: SpanKind.PRODUCER,
  process: SpanKind.CONSUMER,
  poll: SpanKind.CONSUMER,
  deliver: SpanKind.CONSUMER
} as const

/** Records hops as OpenTelemetry spans and exports them in batches. Registers nothing globally. */
export function openOtlpTracing(options: OtlpTracingOptions): Tracing {
  const { otlpEndpoint, sampleRatio, serviceName, logger } = options
  const url = `${otlpEndpoint.replace(/\/$/, '')}/v1/traces`
  const exporter = reporting(new OTLPTraceExporter({ url, timeoutMillis: exportTimeoutMs }), logger)
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': serviceName })),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanLimits: { linkCountLimit, attributeValueLengthLimit },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize,
        scheduledDelayMillis: exportEveryMs,
        exportTimeoutMillis: exportTimeoutMs + 1000 // So that the exporter's own time limit, whose error names the cause, ends first.
      })
    ]
  })
  const tracer = provider.getTracer('lienthong')

  const beginHop: Tracing['begin'] = (name, event, traceparent, channel) => {
    if (parseTraceparent(traceparent)?.sampled === false) return noTracing.begin(name, event, traceparent)
    const span = tracer.startSpan(
      `${name} ${topicOf(event.type)}`,
      { kind: kinds[name], attributes: attributesOf(name, event, channel) },
      contextOf(traceparent)
    )
    return toHop(span)
  }

  return {
    begin: beginHop,

    recordPage(events, { reader, traceparent, elapsedMs }) {
      const hops = events.map((event) => beginHop('poll', event, event.traceparent, reader))
      const links = hops.flatMap((hop) => linkTo(hop.traceparent))
      if (links.length > 0) {
        const attributes = attributesOfReading(reader, events.length)
        const startTime = Date.now() - elapsedMs
        const reading = { kind: SpanKind.SERVER, attributes, startTime, links }
        tracer.startSpan('GET /v1/inbox', reading, contextOf(traceparent)).end()
      }
      for (const hop of hops) hop.end()
      return hops
    },

    async close() {
      const { promise: limit, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, closeTimeoutMs)
      const flushed = provider.shutdown().catch(() => {}) // The exporter has logged it.
      await Promise.race([flushed, limit])
      clearTimeout(timer)
    }
  }
}

function contextOf(traceparent: string | undefined): Context {
  const parent = parseTraceparent(traceparent)
  return parent ? trace.setSpanContext(ROOT_CONTEXT, toSpanContext(parent)) : ROOT_CONTEXT
}

/** A link to a recorded hop; none if the hop is not recorded. */
function linkTo(traceparent: string | undefined): Link[] {
  const context = parseTraceparent(traceparent)
  return context?.sampled ? [{ context: toSpanContext(context) }] : []
}

function toSpanContext({ traceId, spanId, sampled }: TraceContext): SpanContext {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true }
}

function toHop(span: Span): Hop {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return {
    traceparent: formatTraceparent({ traceId, spanId, sampled: traceFlags === TraceFlags.SAMPLED }),
    end(error) {
      if (error !== undefined) {
        span.setAttribute(errorType, codeOf(error))
        span.setStatus({ code: SpanStatusCode.ERROR })
      }
      span.end()
    }
  }
}

/** Logs the exporter's failures, at most once a minute. */
function reporting(exporter: SpanExporter, logger: Logger): SpanExporter {
  let silentUntil = Number.NEGATIVE_INFINITY
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error && performance.now() >= silentUntil) {
          silentUntil = performance.now() + reportEveryMs
          logger.warn(
            { err: result.error, spans: spans.length },
            'traces dropped: the OTLP collector rejected them or did not answer; events are not affected; reported once a minute at most'
          )
        }
        done(result)
      })
    },
    shutdown: () => exporter.shutdown()
  }
}
