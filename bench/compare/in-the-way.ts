import type { RowKey } from './rows.ts'

const loop =
  'Three threads share the work since the store has one of its own. Profiled at 64 single requests in flight (33,000 events, 4,150 a second), the thread that answers is at work for some 230 µs an event: 46 checking (16 encoding, 13 decoding, 4 comparing), 15 strict JSON, 14 canonical form and hash, 16 receipts and the batch, 11 handing to the other threads, 11 reading the log back and 9 projecting what it appended itself (which is neither decoded nor verified again), 12 writing the answer, 29 garbage, the rest Node’s HTTP and fastify. The log’s thread works 67 writing and 15 for checkpoints, the store’s 45 (22 statements, 22 COMMIT) and 13. Both cores are near full with the generator.'

const bare =
  'What is owed was set on a machine where a bare POST cost 113–120 µs, and RS256 48, EdDSA 158, `JSON.parse` of the body 6.7. Here these cost 17–25, 16, 63 and 2.6: computing is 2.5 to 3 times as fast, the bare POST some 6 times, presumably because its system calls are. So 0.40 leaves 43–62 µs where it left 290. The measure is not the cause: the body is 1.3 KB of JSON that fastify parses, and asked by Node’s own `http` client over 64 kept connections the bare server costs 21 µs too. That client can only ask 28,000 times a second, so that it and not the server would be measured; the generator’s own client asks 45,000–56,000 times.'

/** What stands between a row and its goal, by profiles of the bus's process (`node --cpu-prof`). Empty where nothing was found yet. */
export const inTheWay: Readonly<Record<RowKey, string>> = {
  plain: `${bare} ${loop}`,
  signed:
    'The same, and one Ed25519 verification (60 µs of `node:crypto` here, more by WebCrypto in its thread pool).',
  batch:
    'A batch leaves only checking, storing and projecting an event, which are most of both sides: 250 µs against 448, of which one signature is some 60 to 100. Published without a wait for the projector the same bus took 8,900 batched events a second, 2.6 times the single path, while the inboxes fell ever further behind, and 284 µs an event in all; so publishing on one machine now waits, up to 50 ms, for a projector that is more than 1,500 events behind, which needs 235 µs and gives more events a second in the inboxes. Profiled in batches (500 µs samples): the thread that answers 165 µs an event, 28 of them garbage and 42 idle; the store’s thread 60 (26 statements, 17 COMMIT, 17 checkpoints); the log’s 46 (30 writing, 14 checkpoints).',
  append:
    'Rows are 1.5 KB where they were 2.4, two to a page: 27,900 appends a second where there were 25,300, and SQLite alone 42,800 where there were 33,400, since what it wrote was most of what it did. What is left to the log beside writing, 15 µs an append: packing the record and its receipt, handing it to the thread that writes, and the answer back.',
  kafka: '',
  'kafka-checked':
    'Claiming and holding ids is one lane of PostgreSQL, busy some 80 % of the time by its profile (8.6 ms for a claim and a hold, each a flushed transaction), then sends to Kafka of about 12 records at 6 ms each. A hold that is not flushed gave some 10 % and was left out: after a crash an append that was answered could not be found for a moment.',
  projector:
    'It writes what the baseline only reads: an archive row with two indexes, an inbox row with three. One thread looks at the next 500 while another writes: the first is the slower one with 85 µs an event, 17 to 25 of them garbage, 26 decoding, canonical form and hash, 8 reading, 7 the receipt, 15 making statements and handing them over; the second 35 (22 COMMIT, 11 statements). Smaller batches made less garbage and more commits, and were slower.',
  latency:
    'An answer of the store’s thread comes with the next turn of the loop, three of them for a batch of the projector, a few more for a page of a reader that marks what was handed over; before the store had a thread of its own it was 18 ms.',
  decade: '',
  growth:
    'Ten million events are 70 GB now (7.0 KB each, where it was 9.1) and, at some 4,500 a second, the better part of an hour; two million were there was time for. From 100,000 to 2,000,000 the processor time grew from 237 to 267 µs, and did not grow after 1,000,000 (272): random hashes and ids fall on pages of their indexes that no longer lie in SQLite’s caches.',
  memory:
    'V8 is told to keep less of what it has used (`--max-semi-space-size=16 --heap-growing-percent=100` in the first line of `cli/main.ts`): without that the peak is some 650 MB, and batches are a tenth faster. Of what is left some 160 MB are the heap of the thread that answers (80 in use), 50 those of the two that write, 60 the program, the rest buffers and SQLite.'
}
