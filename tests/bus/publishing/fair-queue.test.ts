import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  createFairQueue,
  type FairQueueOptions,
  type Submission,
  type SubmissionPart
} from '#bus/publishing/fair-queue.ts'
import type { EventRecord } from '#protocol/events/record.ts'

interface Sent extends Submission {
  readonly agency: string
  readonly outcomes: unknown[]
}

/** A queue, what is handed in, and batches as an append would take them. */
function queueOf(options: FairQueueOptions = {}) {
  let time = 0
  const queue = createFairQueue<Sent>({ now: () => time, ...options })
  const send = (agency: string, count: number, bytes = 100, recipients = 1): Sent | undefined => {
    const headers = { ce_recipients: Array(recipients).fill('000.00.92.H03').join(',') }
    const records = Array.from(
      { length: count },
      () => ({ value: Buffer.alloc(bytes), headers }) as unknown as EventRecord
    )
    const sent: Sent = { agency, records, outcomes: [], isUnderWay: false }
    return queue.add(agency, sent) ? sent : undefined
  }
  const appended = ({ submission, records }: SubmissionPart<Sent>): void => {
    submission.isUnderWay = false
    submission.outcomes.push(...records)
    if (submission.outcomes.length === submission.records.length) queue.remove(submission.agency, submission)
  }
  const countsOf = (batch: readonly SubmissionPart<Sent>[]): Readonly<Record<string, number>> => {
    const counts: Record<string, number> = {}
    for (const { submission, records } of batch) {
      counts[submission.agency] = (counts[submission.agency] ?? 0) + records.length
    }
    return counts
  }
  const pass = (ms: number): void => {
    time += ms
  }
  return { queue, send, appended, countsOf, pass }
}

describe('the queue of what is appended', () => {
  it('puts an agency into the next batch, whatever another has waiting', () => {
    const { queue, send, appended, countsOf } = queueOf()
    for (let one = 0; one < 20; one += 1) send('A', 500)
    for (const part of queue.next()) appended(part)
    send('C', 1)
    const batch = countsOf(queue.next())
    assert.equal(batch.C, 1)
    assert.ok((batch.A ?? 0) <= 100, `${batch.A} records of A go before the one of C is durable`)
  })

  it('fills a batch with what one agency has, while it is alone', () => {
    const { queue, send, appended, countsOf, pass } = queueOf()
    send('A', 300)
    send('A', 300)
    const alone = queue.next()
    assert.deepEqual(countsOf(alone), { A: 500 })
    for (const part of alone) appended(part)
    send('C', 1)
    send('A', 500)
    assert.deepEqual(countsOf(queue.next()), { A: 100, C: 1 })
    pass(1001)
    send('A', 500)
    assert.deepEqual(countsOf(queue.next()), { A: 500 })
  })

  it('appends a submission in its order, the next part only after the one before', () => {
    const { queue, send, appended } = queueOf()
    const sent = send('A', 1200)
    const seen: EventRecord[] = []
    for (let batch = queue.next(); batch.length > 0; batch = queue.next()) {
      assert.deepEqual(queue.next(), [], 'a part was given while the one before was under way')
      for (const part of batch) {
        seen.push(...part.records)
        appended(part)
      }
    }
    assert.deepEqual(seen, sent?.records)
  })

  it('shares batches by weight, and lets one heavy record through in the end', () => {
    const { queue, send, appended, countsOf } = queueOf()
    send('A', 1, 16_000_000)
    for (let one = 0; one < 100; one += 1) send('B', 50, 8192)
    const weights: number[] = []
    for (let batch = queue.next(); batch.length > 0; batch = queue.next()) {
      const counts = countsOf(batch)
      for (const part of batch) appended(part)
      weights.push(counts.B ?? 0)
      if (counts.A === 1) break
    }
    assert.ok(weights.length < 20 && weights.every((count) => count <= 50), String(weights))
  })

  it('counts recipients: each is an entry of an inbox', () => {
    const { queue, send, countsOf } = queueOf()
    send('A', 500, 100, 500)
    const { A = 0 } = countsOf(queue.next())
    assert.ok(A > 0 && A <= 20, `${A} records for 500 recipients each`)
  })

  it('takes no more than all may have waiting, but for who has less than a share of it', () => {
    const { send } = queueOf({ maxOpen: 1000 })
    assert.ok(send('A', 500) && send('A', 500))
    assert.equal(send('A', 1), undefined)
    assert.ok(send('B', 400), 'B has nothing waiting')
    assert.ok(send('B', 100), 'B has less than half')
    assert.equal(send('B', 1), undefined)
    assert.equal(send('A', 1), undefined)
  })

  it('counts bytes like records', () => {
    const { queue, send } = queueOf({ maxOpenBytes: 1000 })
    const sent = send('A', 1, 5000)
    assert.ok(sent, 'one that is larger than all is taken where nothing waits')
    assert.equal(send('A', 1, 1), undefined)
    queue.remove('A', sent)
    assert.ok(send('A', 1, 1))
  })
})
