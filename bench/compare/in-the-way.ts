import type { RowKey } from './rows.ts'

const loop =
  'The work is done by two threads: the main thread, and one that writes the store. A group of appends takes three turns of the main thread: what is known of the events, what is written of them, and the commit.'

const bare =
  'The targets were set on a machine where a bare POST took 113–120 µs, RS256 48, EdDSA 158 and `JSON.parse` of the body 6.7. Here these take 17–25 (47 in the run of this page, on a slow day), 16, 63 and 2.6: computation is 2.5 to 3 times as fast, but the bare POST some 6 times, presumably because system calls are faster still. So a ratio of 0.40 allows 43–62 µs here, and 290 there. The way of measuring is not the cause: the body is 1.3 KB of JSON that fastify parses, and the bare server also takes 21 µs when Node’s own `http` client asks it over 64 kept-alive connections. That client can only send 28,000 requests per second, so it would be the limit and not the server; the generator’s own client sends 45,000–56,000.'

/** What keeps a row from its goal, by profiles of the bus's process (`node --cpu-prof`). Empty if nothing was found yet. */
export const inTheWay: Readonly<Record<RowKey, string>> = {
  plain: `${bare} ${loop}`,
  signed: 'The same, plus one Ed25519 verification (60 µs here, in the main thread).',
  batch: 'In a batch, an event is only checked and stored, which is most of the work on both sides.',
  'one-file-plain':
    'The main thread is the limit, and its profile is flat: checking, encoding and hashing an event take 14 % of its time, reading the body 9 %, sending groups to the thread that writes 7 %, writing the answer 5 %, signing receipts 5 %; the rest is Node’s HTTP, fastify and promises. The reference has one handler and signs nothing.',
  'one-file-signed': '',
  'one-file-batch':
    'The bus does what the full server does: it puts more events a second into inboxes, and takes 1.1 times its processor time. The bare one makes no receipts, no view of cases and no delivery steps. In the thread that writes, a third of the time is flushing commits, a sixth SQLite’s statements, and 5 % each compressing events and moving pages out of the write-ahead log.',
  'one-file-plain-cpu': '',
  'one-file-batch-cpu': 'The view of cases, which the full server lacks, is 9 %.',
  'one-file-latency':
    'Few events share a transaction at this rate, so that each takes six to nine times the processor time that it takes at full speed: 2.1 ms, of which the main thread has 1.1, the one that writes 0.7 and V8’s helper 0.2. Half of the events are received within 3 to 6 ms (of the full server: 1): an append waits for the one before it, and a page until the one before it is recorded as delivered. In the slowest hundredth, several of a commit, a step of the write-ahead log, a batch of the view of cases and a collection of garbage come together, on cores that reader and generator use, too.',
  disk: 'Expected answers in the view of cases are 700 bytes of an event, its inbox entries 400, its row and keys 430, tokens and nodes of the batch 160, and its body 120, compressed with the others of its batch.',
  kafka: '',
  'kafka-checked':
    'Claiming and confirming ids takes one lane of PostgreSQL, which its profile shows busy some 80 % of the time (8.6 ms for a claim and a confirmation, each a flushed transaction). Then come sends to Kafka of about 12 records, 6 ms each. A confirmation that is not flushed was some 10 % faster, but was rejected: after a crash, an acknowledged append could not be found for a moment.',
  latency:
    'An answer from the store’s thread arrives with the next turn of the event loop: three turns for a group of appends, and one for the events of a reader’s page that are marked as delivered.',
  decade: '',
  growth:
    'Pages of the write-ahead log that an event writes: 4.0 at 2.5 million, 5.1 at 6.9 million. Of the latter the index of expected answers by subject has 2.2, the terms of the view of cases 1.0, the index of events by subject 1.0, all else 0.8. Events come back to 100,000 cases in turn, and nobody answers: in the end each case has pages of its own in each of these, of which an event changes one (of its two expected answers: two). The main thread’s time does not grow.',
  'connector-inbound':
    'An item costs what an event in a batch costs, and besides: making and storing it (its reference, its event), one settled and one deleted row, and a request of its own that acknowledges it.',
  'connector-outbound':
    'A round of deliveries has two flushed transactions, one after the other: what ended, and what begins; each changes rows with nine indexes. Between them come four reads. Attempts that end in a burst are written together: before, the first of 64 went through a round of its own.',
  'connector-outbound-slow': '',
  'connector-idle-cpu':
    'A poll that finds nothing takes some 4 ms: a third is its request, over a connection of its own, since outsides close one that is idle for a minute; a fifth is looking at all instances each second; a tenth is garbage.',
  'connector-idle-memory':
    'V8’s heap is 18 MB larger, of which 11 MB are in use: the HTTP client, the kind, and settings. What the rest is was not examined.',
  'connector-neighbours':
    'A round of deliveries waits for the store some eight times. While others deliver, an instance that floods stores, publishes and acknowledges ten items at a time, and rests three times as long, at most 100 ms; before, it was a hundred without rest, and the others’ deliveries took 0.4 to 0.5 s at the median (runs that are not stored). One long step, such as a checkpoint, within seconds decides the slowest hundredth, in quiet too.',
  memory:
    'V8 is told to keep less of the memory that it has used (`--max-semi-space-size=16 --heap-growing-percent=70 --v8-pool-size=1` in the first line of `cli/main.ts`). Without the first two the peak is some 650 MB, and batches are a tenth faster; the third makes both single events and batches a tenth faster on two cores, which V8’s helpers otherwise share with the bus; more cores were not measured. Of the rest, some 120 MB are the heap of the main thread (80 of them in use), 45 the heap of the thread that writes, 60 the program, the remainder buffers and SQLite.',
  'one-stop-client-in':
    'As for all connectors, inbound. A round of several pages that found something new is read once more.',
  'one-stop-client-out':
    'A new dossier is looked for before it is sent, so that it is not there twice: two requests instead of one. The rest is the host’s: its store has two flushed transactions for a round of deliveries, each of which changes rows with nine indexes.',
  'one-stop-server-in':
    'An event is checked and encoded twice: before the caller is answered, since what is stored must be fit for publishing (170 µs), and when it is published (150). Besides, it is stored as an item and settled.',
  'one-stop-server-out':
    'Measured when each page was made twice. Since then an answer names each record that it gave, and none is made again.',
  'portal-feed-in': '',
  'portal-wordpress-in':
    'WordPress: a page of 50 posts takes it little less than one of 100. Pages of 50 stay below the largest answer with longer posts. The last second of a page is read again, and so are the places of all posts in the order of publication.',
  'portal-wordpress-out':
    'WordPress: a post is looked for by its name before it is made, so that it is there once. That takes half as long as making it.',
  'document-folder': 'the name of the file read, and the package parsed around its attachments',
  'document-folder-out': '',
  'document-sftp': 'encryption, on both sides',
  'document-sftp-out': '',
  'document-axis': 'base64 within JSON: decoded once more than the package needs',
  'document-axis-out': '',
  'document-axis-server': 'the body joined from its chunks',
  'document-axis-server-out': '',
  'email-in':
    'Dovecot, and reading more of a mail than the loop does (reports, absences, what is quoted), in a thread of its own.',
  'email-out': 'OpenSMTPD takes most of the time of both; the rest is the host’s, as for all connectors.',
  'sms-out':
    'The host’s two flushed transactions for a round of deliveries and its four reads, as for all connectors, outbound: some 1.2 ms of processor time for a notice. The loop needs 0.2 ms, since a message over SMPP is 200 octets without a handshake: HTTP hides more of the host.',
  'sms-in':
    'A report is also the answer to its notice: the bus finds the event in the archive, and records the new status of the recipient with its evidence, one after the other in flushed transactions. The loop publishes events and sets no status.',
  'directory-out': '',
  'staff-csv-in': '',
  'staff-postgres-in': ''
}
