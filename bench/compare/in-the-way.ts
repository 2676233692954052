import type { RowKey } from './rows.ts'

const loop =
  'One thread does everything but the log: of some 670 µs an event at 64 single requests in flight (profiled, cold start included), 74 are COMMIT of the store on the main thread (the projector takes few records at a time, and each transaction is flushed), 76 checking (62 of them encoding, decoding and comparing), 27 the store’s inserts, 25 hashing, 23 the hand-over to the log’s worker, 18 garbage.'

/** What stands between a row and its goal, by profiles of the bus's process (`node --cpu-prof`). Empty where nothing was found yet. */
export const inTheWay: Readonly<Record<RowKey, string>> = {
  plain: `${loop} The bare server answers in 17–25 µs here, so that a ratio of 0.40 leaves 45–60 µs for the durable way.`,
  signed:
    'The same, and one Ed25519 verification (60 µs of `node:crypto` here, more by WebCrypto in its thread pool).',
  batch:
    'The single path pays 392 µs an event, a batch 226: what is done for each event, not for each request, is most of both. By the profile of a batch before the canonical form was mended (289 µs then): COMMIT of the store 33, its inserts 20, garbage 20, Avro both ways and back to compare about 30, strict JSON 13, the projector’s reading and checking 58; in the log’s worker 40 for the write and 38 for checkpoints.',
  append:
    'An append costs 29–34 µs of processor, SQLite alone 17–19. The difference is packing, handing over to the worker and answering, and the partition’s offsets; not profiled apart yet.',
  kafka: '',
  'kafka-checked':
    '86 µs of processor against 68: the rest is waiting, by the code for two transactions of PostgreSQL one after the other (reserve, hold), each flushed.',
  projector:
    'It writes what the baseline only reads: an archive row with two indexes, an inbox row with three, and a flushed COMMIT: 107 µs an event against 18.',
  latency:
    '1,600–2,000 µs of processor an event: at 500 a second few events share a flush in the log, a flush in the store, and a page of the reader’s; not profiled apart yet.',
  decade: '',
  growth: '',
  memory: ''
}
