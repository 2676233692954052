import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { describe, it, type TestContext } from 'node:test'
import fc from 'fast-check'
import type { EventLog, LogRecord, NewRecord, Subscription } from '#engines/event-log/event-log.ts'
import { BusError } from '#protocol/errors/bus-error.ts'

/** A log that can be reopened with what it has stored. */
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

/** What every event-log engine promises. An engine's test file calls this once and adds only what is specific to it. */
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

    it('gives back any headers, and an empty key and value', async (t) => {
      const { log } = await open(t)
      const texts = fc.sample(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })),
        200
      )
      const records = texts.map((headers) =>
        newRecord({ headers, key: Buffer.alloc(0), value: Buffer.alloc(0) })
      )
      await log.append(records)
      const read = await collect(t, log, records.length)
      assert.deepEqual(
        read.map(({ headers }) => ({ ...headers })),
        texts.map((headers) => ({ ...headers }))
      )
      assert.ok(read.every(({ key, value }) => key.length === 0 && value.length === 0))
    })

    it('numbers the records of each partition of each topic from 0, and goes on when it is opened again', async (t) => {
      const { log, reopen } = await open(t)
      const records = (from: number) =>
        Array.from({ length: 60 }, (_unused, n) =>
          newRecord({ topic: `lienthong.t${n % 3}`, key: Buffer.from(`k${(from + n) % 7}`) })
        )
      await log.append(records(0))
      await log.close()
      const again = await reopen()
      t.after(() => again.close())
      await again.append(records(1))
      const next = new Map<string, number>()
      for (const { topic, partition, offset } of await collect(t, again, 120)) {
        const name = `${topic} ${partition}`
        assert.equal(offset, next.get(name) ?? 0)
        next.set(name, offset + 1)
      }
      assert.ok(next.size > 3)
    })

    it('keeps the order in which appends were called', async (t) => {
      const { log } = await open(t)
      const records = Array.from({ length: 100 }, () => newRecord())
      await Promise.all(records.map((record) => log.append([record])))
      assert.deepEqual(
        (await collect(t, log, 100)).map(({ headers }) => headers.ce_id),
        records.map(({ id }) => id)
      )
    })

    it('appends one of many that come at once under one id', async (t) => {
      const { log } = await open(t)
      const record = newRecord()
      const other = { ...record, hash: '0'.repeat(64) }
      const outcomes = await Promise.all(
        Array.from({ length: 30 }, (_unused, n) => log.append([n % 3 === 2 ? other : record]))
      )
      const counts = Map.groupBy(outcomes.flat(), ({ outcome }) => outcome)
      assert.equal(counts.get('appended')?.length, 1)
      assert.equal(counts.get('repeated')?.length, 19)
      assert.equal(counts.get('conflicting')?.length, 10)
    })

    it('has no problem and nothing to warn of while it takes records', async (t) => {
      const { log } = await open(t)
      await log.append([newRecord()])
      assert.equal(log.problem(), undefined)
      assert.equal(log.warning(), undefined)
      assert.equal(log.missingCopies(), 0)
    })

    it('appends nothing, and answers for it', async (t) => {
      const { log } = await open(t)
      assert.deepEqual(await log.append([]), [])
      assert.deepEqual(await log.ends(), new Map())
    })

    it('names the position of the last record of each shard, also when it is opened again', async (t) => {
      const { log, reopen } = await open(t)
      await log.append(
        Array.from({ length: 9 }, (_unused, n) => newRecord({ key: Buffer.from(`k${n % 4}`) }))
      )
      const last = await log.ends()
      const read = await collect(t, log, 9)
      assert.deepEqual(last, new Map(read.map(({ shard, position }) => [shard, position])))
      await log.close()
      const again = await reopen()
      t.after(() => again.close())
      assert.deepEqual(await again.ends(), last)
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

    it('holds by a confirmation what was appended, and nothing that never was', async (t) => {
      const { log } = await open(t)
      const [record, never] = [newRecord(), newRecord()]
      await log.append([record])
      await log.confirmStored([record, never])
      const { hash, recordedTime, receipt } = record
      assert.deepEqual(await log.find([record, never]), [{ hash, recordedTime, receipt }, undefined])
      assert.equal((await log.append([never]))[0]?.outcome, 'appended')
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
        group: randomUUID(),
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

    it('never goes past a batch that is rejected again and again, and says once when it goes on', async (t) => {
      const { log } = await open(t)
      await log.append([newRecord(), newRecord()])
      const seen: number[] = []
      const states: unknown[] = []
      const goesOn = Promise.withResolvers<void>()
      const subscription = log.read({
        group: randomUUID(),
        positionOf: async () => 0,
        reader: async ([first]) => {
          seen.push(first?.position ?? 0)
          if (seen.length === 1) await log.append([newRecord()])
          if (seen.length < 4) throw new RangeError('not yet')
        },
        onState: (fault) => {
          states.push(fault)
          if (fault === undefined) goesOn.resolve()
        }
      })
      t.after(() => subscription.close())
      await goesOn.promise
      assert.equal(new Set(seen.slice(0, 4)).size, 1)
      assert.equal(states.length, 4)
      assert.ok(states.slice(0, 3).every((fault) => fault instanceof RangeError))
    })

    it('says that it goes on once the position can be had, though there is nothing to read', async (t) => {
      const { log } = await open(t)
      const states: unknown[] = []
      const goesOn = Promise.withResolvers<void>()
      let asked = 0
      const subscription = log.read({
        group: randomUUID(),
        positionOf: async () => {
          asked += 1
          if (asked === 1) throw new RangeError('not now')
          return 0
        },
        reader: async () => {},
        onState: (fault) => {
          states.push(fault)
          if (fault === undefined) goesOn.resolve()
        }
      })
      t.after(() => subscription.close())
      await goesOn.promise
      assert.equal(states.length, 2)
    })

    it('stops at a position past its end, and delivers nothing', async (t) => {
      const { log } = await open(t)
      await log.append([newRecord()])
      const message = Promise.withResolvers<unknown>()
      let batches = 0
      const subscription = log.read({
        group: randomUUID(),
        positionOf: async (shard) => ((await log.ends()).get(shard) ?? 0) + 1,
        reader: async () => {
          batches += 1
        },
        onState: message.resolve
      })
      const fault = await message.promise
      await subscription.close()
      assert.ok(fault instanceof BusError && fault.code === 'BUS_LOG_UNAVAILABLE')
      assert.equal(batches, 0)
    })

    it('delivers one batch at a time, of at most 500 records', async (t) => {
      const { log } = await open(t)
      await log.append(Array.from({ length: 1201 }, () => newRecord()))
      const sizes: number[] = []
      const done = Promise.withResolvers<void>()
      let inHand = 0
      subscribe(t, log, async (records) => {
        inHand += 1
        assert.equal(inHand, 1)
        await new Promise(setImmediate)
        inHand -= 1
        sizes.push(records.length)
        if (sizes.reduce((sum, size) => sum + size) >= 1201) done.resolve()
      })
      await done.promise
      assert.ok(sizes.every((size) => size <= 500))
    })

    it('lets others run between batches while it catches up', async (t) => {
      const { log } = await open(t)
      await log.append(Array.from({ length: 1500 }, () => newRecord()))
      let turns = 0
      const turn = () => {
        turns += 1
        next = setImmediate(turn)
      }
      let next = setImmediate(turn)
      t.after(() => clearImmediate(next))
      const seen: number[] = []
      const done = Promise.withResolvers<void>()
      subscribe(t, log, async () => {
        seen.push(turns)
        if (seen.length === 3) done.resolve()
      })
      await done.promise
      assert.equal(new Set(seen).size, 3)
    })

    it('hands everything to each of two readers', async (t) => {
      const { log } = await open(t)
      const both = [collect(t, log, 20), collect(t, log, 20)]
      await Promise.all(Array.from({ length: 20 }, () => log.append([newRecord()])))
      const [one, other] = await Promise.all(both)
      assert.deepEqual(one, other)
    })

    it('waits for the batch in hand when a subscription is closed, and delivers no more', async (t) => {
      const { log } = await open(t)
      await log.append([newRecord()])
      const began = Promise.withResolvers<void>()
      const finish = Promise.withResolvers<void>()
      let batches = 0
      const subscription = log.read({
        group: randomUUID(),
        positionOf: async () => 0,
        reader: async () => {
          batches += 1
          began.resolve()
          await finish.promise
        },
        onState: () => {}
      })
      await began.promise
      let closed = false
      const closing = subscription.close().then(() => {
        closed = true
      })
      await log.append([newRecord()])
      assert.equal(closed, false)
      finish.resolve()
      await closing
      await subscription.close()
      await log.append([newRecord()])
      assert.equal(batches, 1)
    })

    it('goes on from the position its reader names', async (t) => {
      const { log } = await open(t)
      const records = [newRecord(), newRecord(), newRecord()]
      await log.append(records)
      const [first] = await collect(t, log, 3)
      const rest = await collect(t, log, 2, new Map([[first?.shard ?? '', first?.position ?? 0]]))
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
      await Promise.all([log.close(), log.close()])
      await log.close()
      const refused = { code: 'BUS_LOG_UNAVAILABLE' }
      await assert.rejects(log.append([newRecord()]), refused)
      await assert.rejects(log.find([{ source: 'a', id: 'b' }]), refused)
      assert.throws(
        () =>
          log.read({ group: 'none', positionOf: async () => 0, reader: async () => {}, onState: () => {} }),
        refused
      )
    })

    it('answers the appends under way when it is closed', async (t) => {
      const { log, reopen } = await open(t)
      const records = Array.from({ length: 20 }, () => newRecord())
      const appends = records.map((record) => log.append([record]))
      await log.close()
      for (const [appended] of await Promise.all(appends)) assert.equal(appended?.outcome, 'appended')
      const again = await reopen()
      t.after(() => again.close())
      assert.equal((await again.find(records)).filter((held) => held === undefined).length, 0)
    })
  })
}

function subscribe(
  t: TestContext,
  log: EventLog,
  reader: (records: readonly LogRecord[]) => Promise<void>,
  from: ReadonlyMap<string, number> = new Map()
): Subscription {
  const positions = new Map(from)
  const subscription = log.read({
    group: randomUUID(),
    positionOf: async (shard) => positions.get(shard) ?? 0,
    reader: async (records) => {
      await reader(records)
      for (const { shard, position } of records) positions.set(shard, position)
    },
    onState: () => {}
  })
  t.after(() => subscription.close())
  return subscription
}

/** Reads until there are `count` records. */
export async function collect(
  t: TestContext,
  log: EventLog,
  count: number,
  from?: ReadonlyMap<string, number>
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
