import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { describe, it, type TestContext } from 'node:test'
import { BusError } from '#bus/errors/bus-error.ts'
import type { EventLog, LogRecord, NewRecord, Subscription } from '#bus/event-log/event-log.ts'

/** An engine's log that can be opened again on what it stored. */
export interface OpenedLog {
  readonly log: EventLog
  readonly reopen: () => Promise<EventLog>
}

export function newRecord(changes: Partial<NewRecord> = {}): NewRecord {
  const id = changes.id ?? randomUUID()
  return {
    topic: 'lienthong.document',
    key: Buffer.from('subject'),
    value: Buffer.from(`value of ${id}`),
    headers: { ce_id: id, bus_note: 'Đã đến' },
    source: '/agencies/000.00.91.H03/systems/qlvb',
    id,
    hash: createHash('sha256').update(id).digest('hex'),
    recordedTime: '2026-11-24T01:02:03.004Z',
    receipt: {
      token: `token of ${id}`,
      index: 3,
      size: 7,
      path: [createHash('sha256').update(id).digest('base64url')]
    },
    ...changes
  }
}

/** What every event-log engine promises. An engine's own test file calls this once and adds only what is peculiar to it. */
export function eventLogContract(engine: string, open: (t: TestContext) => Promise<OpenedLog>): void {
  describe(`event log contract: ${engine}`, () => {
    it('stores records in the order given and hands them over in that order', async (t) => {
      const { log } = await open(t)
      const records = Array.from({ length: 25 }, () => newRecord())
      const outcomes = await log.append(records)
      assert.ok(outcomes.every(({ outcome }) => outcome === 'appended'))
      const read = await collect(t, log, 25)
      assert.deepEqual(
        read.map(({ headers }) => headers.ce_id),
        records.map(({ id }) => id)
      )
      assert.deepEqual(
        read.map(({ offset }) => offset),
        records.map((_record, index) => index)
      )
    })

    it('keeps key, value and headers byte for byte', async (t) => {
      const { log } = await open(t)
      const record = newRecord({
        key: Buffer.from('Đ'),
        value: Buffer.from(Array.from({ length: 256 }, (_unused, byte) => byte))
      })
      await log.append([record])
      const [read] = await collect(t, log, 1)
      assert.deepEqual(Buffer.from(read?.key ?? []), record.key)
      assert.deepEqual(Buffer.from(read?.value ?? []), record.value)
      assert.deepEqual(read?.headers, record.headers)
    })

    it('answers a repeat with the first receipt and a conflict as such, and stores neither', async (t) => {
      const { log } = await open(t)
      const first = newRecord()
      await log.append([first])
      const [repeated] = await log.append([{ ...first, recordedTime: 'later', receipt: newRecord().receipt }])
      assert.deepEqual(repeated, {
        outcome: 'repeated',
        recordedTime: first.recordedTime,
        receipt: first.receipt
      })
      const [conflicting] = await log.append([newRecord({ id: first.id, hash: '0'.repeat(64) })])
      assert.deepEqual(conflicting, { outcome: 'conflicting' })
      await log.append([newRecord()])
      assert.equal((await collect(t, log, 2)).length, 2)
    })

    it('counts a repeat within one append as a repeat', async (t) => {
      const { log } = await open(t)
      const record = newRecord()
      const outcomes = await log.append([record, record])
      assert.deepEqual(
        outcomes.map(({ outcome }) => outcome),
        ['appended', 'repeated']
      )
    })

    it('tells the same id of two sources apart', async (t) => {
      const { log } = await open(t)
      const outcomes = await log.append([
        newRecord({ id: 'a' }),
        newRecord({ id: 'a', source: '/agencies/H1/systems/x' })
      ])
      assert.deepEqual(
        outcomes.map(({ outcome }) => outcome),
        ['appended', 'appended']
      )
    })

    it('finds what is held under an id, in the order asked', async (t) => {
      const { log } = await open(t)
      const record = newRecord()
      await log.append([record])
      const { source, id, hash, recordedTime, receipt } = record
      assert.deepEqual(
        await log.find([
          { source, id: 'none' },
          { source, id }
        ]),
        [undefined, { hash, recordedTime, receipt }]
      )
    })

    it('holds everything it answered for when it is opened again', async (t) => {
      const { log, reopen } = await open(t)
      const record = newRecord()
      await log.append([record])
      await log.close()
      const again = await reopen()
      t.after(() => again.close())
      assert.equal((await again.append([record]))[0]?.outcome, 'repeated')
      assert.equal((await collect(t, again, 1))[0]?.headers.ce_id, record.id)
    })

    it('takes many appends at once and loses none', async (t) => {
      const { log } = await open(t)
      await Promise.all(Array.from({ length: 200 }, () => log.append([newRecord()])))
      assert.equal(new Set((await collect(t, log, 200)).map(({ headers }) => headers.ce_id)).size, 200)
    })

    it('hands a new record over at once, without waiting to be asked', async (t) => {
      const { log } = await open(t)
      const seen = Promise.withResolvers<LogRecord>()
      subscribe(t, log, async ([record]) => seen.resolve(record as LogRecord))
      await log.append([newRecord()])
      const began = performance.now()
      await seen.promise
      assert.ok(performance.now() - began < 1000)
    })

    it('hands a rejected batch over again before anything after it, and reports it', async (t) => {
      const { log } = await open(t)
      const records = [newRecord(), newRecord()]
      const tries: string[][] = []
      const faults: unknown[] = []
      const done = Promise.withResolvers<void>()
      let position = 0
      const subscription = log.read({
        positionOf: async () => position,
        reader: async (batch) => {
          tries.push(batch.map(({ headers }) => headers.ce_id ?? ''))
          if (tries.length === 1) throw new TypeError('not yet')
          position = batch.at(-1)?.position ?? position
          if (tries.flat().length >= 3) done.resolve()
        },
        onState: (fault) => faults.push(fault)
      })
      t.after(() => subscription.close())
      await log.append(records)
      await done.promise
      assert.deepEqual(tries[0], tries[1])
      assert.ok(faults[0] instanceof TypeError)
    })

    it('goes on from the position its reader names', async (t) => {
      const { log } = await open(t)
      const records = [newRecord(), newRecord(), newRecord()]
      await log.append(records)
      const [first] = await collect(t, log, 3)
      const rest = await collect(t, log, 2, first?.position)
      assert.deepEqual(
        rest.map(({ headers }) => headers.ce_id),
        records.slice(1).map(({ id }) => id)
      )
    })

    it('takes a record of 2 MiB, and batches that are larger together', async (t) => {
      const { log } = await open(t)
      await log.append(Array.from({ length: 4 }, () => newRecord({ value: Buffer.alloc(2_097_152, 1) })))
      assert.equal((await collect(t, log, 4)).length, 4)
    })

    it('rejects an append after closing with BUS_LOG_UNAVAILABLE, and takes a second close', async (t) => {
      const { log } = await open(t)
      await log.close()
      await log.close()
      await assert.rejects(
        log.append([newRecord()]),
        (error) => error instanceof BusError && error.code === 'BUS_LOG_UNAVAILABLE'
      )
    })
  })
}

function subscribe(
  t: TestContext,
  log: EventLog,
  reader: (records: readonly LogRecord[]) => Promise<void>,
  from = 0
): Subscription {
  const subscription = log.read({ positionOf: async () => from, reader, onState: () => {} })
  t.after(() => subscription.close())
  return subscription
}

/** Reads until so many records have come. */
export async function collect(
  t: TestContext,
  log: EventLog,
  count: number,
  from = 0
): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = []
  const done = Promise.withResolvers<void>()
  const reader = async (batch: readonly LogRecord[]): Promise<void> => {
    records.push(...batch)
    if (records.length >= count) done.resolve()
  }
  subscribe(t, log, reader, from)
  await done.promise
  return records
}
