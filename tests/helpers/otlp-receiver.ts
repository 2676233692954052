import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** A span as received by the collector, with identifiers in hex. */
export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  /** 2 server, 4 producer, 5 consumer. */
  readonly kind: number
  readonly attributes: Readonly<Record<string, string>>
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  /** 0 unset, 2 error. */
  readonly status: number
  /** Nanoseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number
  readonly service: string
}

export interface OtlpReceiver {
  readonly endpoint: string
  readonly spans: readonly ReceivedSpan[]
  readonly requests: () => number
  /** The spans of a trace, once there are `count`; fails after ten seconds. */
  trace(traceId: string, count: number): Promise<readonly ReceivedSpan[]>
}

/** A collector: accepts OTLP in protobuf over HTTP and stores the spans. */
export async function startOtlpReceiver(t: Pick<TestContext, 'after'>): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  let requests = 0
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>))
    requests += 1
    const isOtlp = request.headers['content-type'] === 'application/x-protobuf'
    const known = request.method === 'POST' && request.url === '/v1/traces' && isOtlp
    if (known) spans.push(...spansOf(body))
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/x-protobuf' }).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const ofTrace = (traceId: string) => spans.filter((span) => span.traceId === traceId)
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    requests: () => requests,
    async trace(traceId, count) {
      for (let tries = 0; tries < 200 && ofTrace(traceId).length < count; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return ofTrace(traceId)
    }
  }
}

/** The fields of one protobuf message: numbers for fixed and varint ones, bytes for the rest. */
function fieldsOf(message: Buffer): {
  readonly all: (field: number) => Buffer[]
  readonly number: (field: number) => number
} {
  const bytes = new Map<number, Buffer[]>()
  const numbers = new Map<number, number>()
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = message.readUInt8(at++)
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }
  while (at < message.length) {
    const tag = varint()
    const field = Math.floor(tag / 8)
    const wire = tag % 8
    if (wire === 0) numbers.set(field, varint())
    else if (wire === 1) {
      numbers.set(field, Number(message.readBigUInt64LE(at)))
      at += 8
    } else if (wire === 5) at += 4
    else if (wire === 2) {
      const length = varint()
      bytes.set(field, [...(bytes.get(field) ?? []), message.subarray(at, at + length)])
      at += length
    } else throw new TypeError(`wire type ${wire} is not of proto3`)
  }
  return { all: (field) => bytes.get(field) ?? [], number: (field) => numbers.get(field) ?? 0 }
}

/** `ExportTraceServiceRequest`, by the field numbers of opentelemetry-proto. */
function spansOf(request: Buffer): ReceivedSpan[] {
  return fieldsOf(request)
    .all(1)
    .flatMap((resourceSpans) => {
      const [resource = Buffer.alloc(0)] = fieldsOf(resourceSpans).all(1)
      const service = attributesOf(fieldsOf(resource).all(1))['service.name'] ?? ''
      const scopes = fieldsOf(resourceSpans).all(2)
      return scopes.flatMap((scope) =>
        fieldsOf(scope)
          .all(2)
          .map((span) => toSpan(span, service))
      )
    })
}

function toSpan(bytes: Buffer, service: string): ReceivedSpan {
  const span = fieldsOf(bytes)
  const [status = Buffer.alloc(0)] = span.all(15)
  const hex = (field: number, { all } = span): string => all(field)[0]?.toString('hex') ?? ''
  return {
    traceId: hex(1),
    spanId: hex(2),
    parentSpanId: hex(4),
    name: String(span.all(5)[0] ?? ''),
    kind: span.number(6),
    attributes: attributesOf(span.all(9)),
    links: span
      .all(13)
      .map(fieldsOf)
      .map((link) => ({ traceId: hex(1, link), spanId: hex(2, link) })),
    status: fieldsOf(status).number(3),
    startedAt: span.number(7),
    endedAt: span.number(8),
    service
  }
}

function attributesOf(pairs: readonly Buffer[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const { all } = fieldsOf(pair)
      const value = fieldsOf(all(2)[0] ?? Buffer.alloc(0))
      return [String(all(1)[0] ?? ''), String(value.all(1)[0] ?? value.number(3))]
    })
  )
}
