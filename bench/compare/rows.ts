import { kindRows } from './kind-rows.ts'
import { oneFileRows } from './one-file-rows.ts'
import { perLoop, type Row, ratio } from './row.ts'

/** Document exchanges of a decade. */
export const decadeEvents = 2_244_660
export const growthEvents = 10_000_000
export const memoryEvents = 1_000_000

/** The targets, in the order of the table; `--rows` takes the keys. */
export const rows = [
  {
    ...ratio,
    key: 'plain',
    title: 'durable publish, cached plain token, one event ÷ bare fastify POST of the same body',
    must: 0.4,
    goal: 0.6
  },
  {
    ...ratio,
    key: 'signed',
    title:
      'durable publish, signed submission (EdDSA, every token new, made before the clock starts) ÷ bare POST',
    must: 0.18,
    goal: 0.3
  },
  {
    ...ratio,
    key: 'batch',
    title: 'durable signed batch of 100, events/s ÷ single-event path',
    must: 3,
    goal: 5
  },
  ...oneFileRows,
  {
    ...ratio,
    key: 'kafka',
    title: "Kafka append, 256 in flight, without the repeat check ÷ kafkajs's own batches of 100",
    must: 0.45,
    goal: 0.8
  },
  {
    ...ratio,
    key: 'kafka-checked',
    title: 'the same with the repeat check in PostgreSQL',
    must: 0.25,
    goal: 0.5
  },
  {
    key: 'latency',
    title: 'publish → received by a long-poll inbox reader, p99 at 500 events/s, embedded',
    must: 100,
    goal: 25,
    unit: 'ms',
    more: false
  },
  {
    key: 'decade',
    title:
      'the decade: 2,244,660 exchanges, two recipients each, signed batches of 100, durable and in the inboxes, verified',
    must: 10,
    goal: 5,
    unit: 'min',
    more: false,
    events: decadeEvents
  },
  {
    key: 'growth',
    title: 'growth: CPU per event at 10 M stored events ÷ of a bus with 100 k beside it, ids random',
    must: 1.5,
    goal: 1.1,
    unit: 'ratio',
    more: false,
    events: growthEvents
  },
  {
    key: 'memory',
    title: 'peak resident memory of the process tree over 1 M events',
    must: 500,
    goal: 250,
    unit: 'MB',
    more: false,
    events: memoryEvents
  },
  {
    ...ratio,
    key: 'connector-inbound',
    title:
      'connectors, inbound: items/s (stored once, signed, published, acknowledged one by one) ÷ the same events in signed batches of 100',
    must: 0.7,
    goal: 0.7
  },
  {
    ...perLoop,
    key: 'connector-outbound',
    title:
      'connectors, outbound: deliveries/s over 64 lines ÷ a bare loop with the same HTTP client that writes *begun* and *done* durably'
  },
  {
    ...ratio,
    key: 'connector-outbound-slow',
    title: 'connectors, outbound to an outside that takes 100 ms, 8 in flight: deliveries/s ÷ 80',
    must: 0.9,
    goal: 0.9
  },
  {
    key: 'connector-idle-cpu',
    title: '149 idle `rest` instances polled every minute: share of a core over none',
    must: 1,
    goal: 1,
    unit: '%',
    more: false
  },
  {
    key: 'connector-idle-memory',
    title: 'the same: resident memory over none',
    must: 30,
    goal: 30,
    unit: 'MB',
    more: false
  },
  {
    key: 'connector-neighbours',
    title:
      'one instance hanging, one failing, one flooding: p99 from publishing to the outsides of the others ÷ (1.25 × quiet + 5 ms)',
    must: 1,
    goal: 1,
    unit: 'ratio',
    more: false
  },
  ...kindRows
] as const satisfies readonly Row[]

export type RowKey = (typeof rows)[number]['key']
