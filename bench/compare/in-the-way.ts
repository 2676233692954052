import type { RowKey } from './rows.ts'

const loop =
  'One thread does everything but the log. Profiled in steady state before its last tuning, it worked 364 µs an event at 64 single requests in flight: 50 COMMIT of the store (some 31 events share one, each flushed), 32 the store’s statements, 49 checking (18 of them encoding, 10 to 15 decoding and comparing), 44 the projector’s own reading, checking and decoding, 24 hashing, 16 strict JSON, 15 reading the log, 15 receipts. No part is large: a second thread or process for projecting would take some 150 off the path of a request, and fsync with it.'

const bare =
  'What is owed was set on a machine where a bare POST cost 113–120 µs, and RS256 48, EdDSA 158, `JSON.parse` of the body 6.7. Here these cost 17–25, 16, 63 and 2.6: computing is 2.5 to 3 times as fast, the bare POST some 6 times, presumably because its system calls are. So 0.40 leaves 43–62 µs where it left 290. The measure is not the cause: the body is 1.3 KB of JSON that fastify parses, and asked by Node’s own `http` client over 64 kept connections the bare server costs 21 µs too. That client can only ask 28,000 times a second, so that it and not the server would be measured; the generator’s own client asks 45,000–56,000 times.'

/** What stands between a row and its goal, by profiles of the bus's process (`node --cpu-prof`). Empty where nothing was found yet. */
export const inTheWay: Readonly<Record<RowKey, string>> = {
  plain: `${bare} ${loop}`,
  signed:
    'The same, and one Ed25519 verification (60 µs of `node:crypto` here, more by WebCrypto in its thread pool).',
  batch:
    'The single path pays 392 µs an event, a batch 226: what is done for each event, not for each request, is most of both. By the profile of a batch before the canonical form was mended (289 µs then): COMMIT of the store 33, its inserts 20, garbage 20, Avro both ways and back to compare about 30, strict JSON 13, the projector’s reading and checking 58; in the log’s worker 40 for the write and 38 for checkpoints.',
  append:
    'The worker spent 15 µs of 37 an append on checkpoints while one was due every 4 MiB; random ids fall on the same pages of the index again and again, so that every 8 MiB costs little more than every 4. SQLite alone checkpoints every 4 MB, as it does unless told otherwise.',
  kafka: '',
  'kafka-checked':
    '86 µs of processor against 68: the rest is waiting, by the code for two transactions of PostgreSQL one after the other (reserve, hold), each flushed.',
  projector:
    'It writes what the baseline only reads: an archive row with two indexes, an inbox row with three. Of 98 µs an event (profiled, batches of 500) 23 are COMMIT, 20 the store’s statements, 24 decoding and comparing the hash, 10 the receipt’s path, 6 reading, 6 garbage. Checkpoints apart from it would save 6 of the 23.',
  latency:
    '1,600–2,000 µs of processor an event: at 500 a second few events share a flush in the log, a flush in the store, and a page of the reader’s; not profiled apart yet.',
  decade: '',
  growth: '',
  memory:
    'Of 480 MB resident after 70,000 events in batches 250 are V8’s heap, of which 80 to 160 are in use, and some 210 the program, SQLite and memory kept for the next request. With `node --max-semi-space-size=4` the peak is 400; it can only be given when Node starts.'
}
