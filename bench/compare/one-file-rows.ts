import { type Row, ratio } from './row.ts'

const less = { unit: 'ratio', more: false } as const

/** The targets against a server in one file that does the same with the libraries as they advise. */
export const oneFileRows = [
  {
    ...ratio,
    key: 'one-file-plain',
    title:
      'durable publish, cached plain token, one event ÷ bare one-file server (fastify, `node:crypto`, Ajv, avsc, one SQLite transaction of a worker with repeat check and inbox rows)',
    must: 0.6,
    goal: 0.85
  },
  {
    ...ratio,
    key: 'one-file-signed',
    title: 'the same, signed submission',
    must: 0.75,
    goal: 0.95
  },
  {
    ...ratio,
    key: 'one-file-batch',
    title: 'the same, signed batches of 100, events/s until they are in the inbox',
    must: 0.5,
    goal: 0.85
  },
  {
    ...less,
    key: 'one-file-plain-cpu',
    title:
      'processor time of an event, plain token, one event ÷ full one-file server (all duties of the bus, added naively)',
    must: 1,
    goal: 0.7
  },
  {
    ...less,
    key: 'one-file-batch-cpu',
    title: 'the same, signed batches of 100',
    must: 1,
    goal: 0.7
  },
  {
    ...less,
    key: 'one-file-latency',
    title: "publish → received by a long-poll inbox reader, p99 at 500 events/s ÷ the full one-file server's",
    must: 1.5,
    goal: 1.1
  },
  {
    key: 'disk',
    title: 'bytes on disk of an event (example document, two recipients, signed batches of 100)',
    must: 2,
    goal: 1.2,
    unit: 'KB',
    more: false
  }
] as const satisfies readonly Row[]
