/** One row of the table of targets. */
export interface Row {
  readonly key: string
  readonly title: string
  readonly must: number
  readonly goal: number
  readonly unit: 'ratio' | 'ms' | 'min' | 'MB' | '%'
  /** Whether more is better. */
  readonly more: boolean
  /** Number of events that the target is for. */
  readonly events?: number
}

/** Document exchanges of a decade. */
export const decadeEvents = 2_244_660
export const growthEvents = 10_000_000
export const memoryEvents = 1_000_000

const ratio = { unit: 'ratio', more: true } as const
/** Of a connector, against a loop with the same library. */
const perLoop = { ...ratio, must: 0.6, goal: 0.6 } as const

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
  {
    ...ratio,
    key: 'append',
    title: 'embedded append, 64 in flight ÷ raw group-commit SQLite with the same tables and unique index',
    must: 0.75,
    goal: 0.9
  },
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
    ...ratio,
    key: 'projector',
    title: 'projector (read, decode, state, durable) ÷ raw paged read and decode',
    must: 0.3,
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
    title: 'growth: CPU per event at 10 M stored events ÷ at 100 k, ids random',
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
  {
    ...perLoop,
    key: 'one-stop-client-in',
    title:
      '`one-stop`, inbound from a system that is called: dossiers/s recorded ÷ a loop that asks page by page with `fetch` and publishes each page as a signed batch'
  },
  {
    ...perLoop,
    key: 'one-stop-client-out',
    title:
      '`one-stop`, outbound to a system that is called: dossiers/s ÷ a loop that sends each with `fetch` and writes *begun* and *done* durably'
  },
  {
    ...perLoop,
    key: 'one-stop-server-in',
    title:
      '`one-stop`, inbound from a system that calls: dossiers/s recorded ÷ the same records published as signed batches of 100'
  },
  {
    ...perLoop,
    key: 'one-stop-server-out',
    title:
      '`one-stop`, outbound to a system that calls: dossiers/s collected ÷ the same read from the inbox, 100 at a time'
  },
  {
    ...perLoop,
    key: 'portal-feed-in',
    title:
      '`portal`, inbound from a feed of 50 new articles: articles/s recorded ÷ a loop that reads it with htmlparser2, sanitises it and publishes a signed batch'
  },
  {
    ...perLoop,
    key: 'portal-wordpress-in',
    title:
      '`portal`, inbound from WordPress: posts/s recorded ÷ a loop that asks for 100 at a time and publishes each page as a signed batch'
  },
  {
    ...perLoop,
    key: 'portal-wordpress-out',
    title:
      '`portal`, outbound to WordPress: posts/s ÷ a loop that makes each with one request and writes *begun* and *done* durably'
  },
  {
    ...ratio,
    key: 'document-folder',
    title:
      'edXML of 20 MB over a folder: packages/s (read, checked, an item made) ÷ taking it with the same library, hashing and decoding it',
    must: 0.7,
    goal: 0.7
  },
  {
    ...ratio,
    key: 'document-folder-out',
    title:
      'edXML of 20 MB given over a folder: packages/s (written from an event and its file) ÷ hashing and encoding the file, and giving it with the same library',
    must: 0.7,
    goal: 0.7
  },
  {
    ...ratio,
    key: 'document-sftp',
    title:
      'edXML of 20 MB over SFTP: packages/s (read, checked, an item made) ÷ taking it with the same library, hashing and decoding it',
    must: 0.7,
    goal: 0.7
  },
  {
    ...ratio,
    key: 'document-sftp-out',
    title:
      'edXML of 20 MB given over SFTP: packages/s (written from an event and its file) ÷ hashing and encoding the file, and giving it with the same library',
    must: 0.7,
    goal: 0.7
  },
  {
    ...ratio,
    key: 'document-axis',
    title:
      'edXML of 20 MB over the axis, asked: packages/s (read, checked, an item made) ÷ taking it with the same library, hashing and decoding it',
    must: 0.7,
    goal: 0.7
  },
  {
    ...ratio,
    key: 'document-axis-out',
    title:
      'edXML of 20 MB given over the axis, asked: packages/s (written from an event and its file) ÷ hashing and encoding the file, and giving it with the same library',
    must: 0.7,
    goal: 0.7
  },
  {
    ...ratio,
    key: 'document-axis-server',
    title:
      'edXML of 20 MB over the axis that the bus is: packages/s (read, checked, an item made) ÷ taking it with the same library, hashing and decoding it',
    must: 0.7,
    goal: 0.7
  },
  {
    ...ratio,
    key: 'document-axis-server-out',
    title:
      'edXML of 20 MB given over the axis that the bus is: packages/s (written from an event and its file) ÷ hashing and encoding the file, and giving it with the same library',
    must: 0.7,
    goal: 0.7
  },
  {
    ...perLoop,
    key: 'sms-out',
    title:
      '`sms`, outbound to a message centre: notices/s ÷ a loop that sends each with the library `smpp` and writes *begun* and *done* durably'
  },
  {
    ...perLoop,
    key: 'sms-in',
    title:
      '`sms`, inbound: delivery reports/s recorded ÷ a loop that reads them with the library `smpp` and publishes signed batches of what has come'
  },
  {
    ...perLoop,
    key: 'directory-out',
    title:
      '`directory`, 8 in flight: accounts/s made in OpenLDAP (looked for, address chosen, password made, hashed and handed out) ÷ a loop with `ldapts` that looks, hashes and adds'
  },
  {
    ...perLoop,
    key: 'staff-csv-in',
    title:
      '`staff`, people who join in a complete list: events/s recorded ÷ a loop that reads it with `csv-parse` and publishes signed batches of 100'
  },
  {
    ...perLoop,
    key: 'staff-postgres-in',
    title:
      '`staff`, people who join in PostgreSQL: events/s recorded ÷ a loop that reads the outbox with `pg`, publishes signed batches of 100 and marks them'
  }
] as const satisfies readonly Row[]

export type RowKey = (typeof rows)[number]['key']
