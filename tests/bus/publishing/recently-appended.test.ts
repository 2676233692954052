import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  createRecentlyAppended,
  type RecentlyAppended,
  type RecentlyAppendedOptions
} from '#bus/publishing/recently-appended.ts'
import type { LogRecord, NewRecord } from '#engines/event-log/event-log.ts'
import type { CheckedEvent } from '#protocol/events/event-stages.ts'
import { newRecord } from '../../contracts/event-log.contract.ts'

describe('what was appended recently', () => {
  it('is kept up to so many events, the oldest of them, which are taken first', () => {
    const { recent, records } = kept(5, { maxEvents: 3 })
    assert.deepEqual(taken(recent, records), [true, true, true, false, false])
  })

  it('is kept up to so many bytes', () => {
    const { recent, records } = kept(5, { maxBytes: 5700 })
    assert.deepEqual(taken(recent, records), [true, true, false, false, false])
  })

  it('makes room where nobody took it for five seconds', () => {
    let time = 0
    const { recent, records } = kept(4, { maxEvents: 2, now: () => time }, (_record, index) => {
      if (index === 1) time = 4999
      if (index === 2) time = 5000
    })
    assert.deepEqual(taken(recent, records), [false, true, false, true])
  })

  it('leaves room again once it is taken or forgotten, or kept a second time', () => {
    const { recent, records } = kept(200, { maxBytes: 5700 }, (record, index, memory) => {
      keep(memory, record)
      if (index % 2 === 0) memory.forget(record.hash)
      else assert.deepEqual(taken(memory, [record]), [true])
      memory.forget(record.hash)
    })
    assert.ok(!taken(recent, records).includes(true))
    const last = records.slice(-2)
    for (const record of last) keep(recent, record)
    assert.deepEqual(taken(recent, last), [true, true])
  })

  it('does not keep one event that is larger than all it may keep', () => {
    const { recent, records } = kept(1, { maxBytes: 1900 })
    assert.deepEqual(taken(recent, records), [false])
  })
})

/** Records of about 2,000 bytes with their bodies, kept in order. */
function kept(
  count: number,
  options: RecentlyAppendedOptions,
  then: (record: NewRecord, index: number, recent: RecentlyAppended) => void = () => {}
): { readonly recent: RecentlyAppended; readonly records: readonly NewRecord[] } {
  const recent = createRecentlyAppended(options)
  const records = Array.from({ length: count }, () => {
    const record = newRecord({ value: Buffer.alloc(1000) })
    return { ...record, headers: { ...record.headers, bus_hash: record.hash } }
  })
  for (const [index, record] of records.entries()) {
    keep(recent, record)
    then(record, index, recent)
  }
  return { recent, records }
}

function keep(recent: RecentlyAppended, record: NewRecord): void {
  const { hash, recordedTime } = record
  const body = JSON.stringify({ text: 'x'.repeat(800) })
  const event = JSON.parse(body) as CheckedEvent['event']
  const facts = { hash, recordedTime, body, schemaId: 1, act: 1, signature: undefined, hosted: false }
  recent.keep(record, { ...facts, event })
}

function taken(recent: RecentlyAppended, records: readonly NewRecord[]): readonly boolean[] {
  return records.map((record) => recent.take(record as unknown as LogRecord) !== undefined)
}
