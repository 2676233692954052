import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { OutboundEvent } from '../connector.ts'
import { lendIo } from '../kit/lent-io.ts'
import { startNotesServer } from './fixtures/notes-server.ts'
import kind from './index.ts'

const note = { dossier: 'H03-1', text: 'Thẩm định hồ sơ', at: '2026-11-22T09:00:00+07:00' }
const completed = {
  hash: 'ab'.repeat(32),
  recordedTime: '2026-11-26T09:00:00.000Z',
  event: { type: 'dossier.completed.v1', subject: 'H03-1', data: { result: 'đạt' } }
} as unknown as OutboundEvent

async function open(t: TestContext) {
  const outside = await startNotesServer('secret')
  t.after(() => outside.close())
  const io = lendIo()
  const session = await kind.connect({ baseUrl: outside.url, token: 'secret', pageSize: 2 }, io)
  return {
    outside,
    poll: async (cursor?: string) => kind.inbound?.poll(session, cursor, io),
    deliver: async () => kind.outbound?.deliver?.(session, completed, io),
    check: async () => kind.check?.(session, io)
  }
}

describe('example', () => {
  it('turns notes into events and goes on after the last', async (t) => {
    const { outside, poll } = await open(t)
    outside.notes.push({ id: 1, ...note }, { id: 2, ...note }, { id: 3, ...note })
    const first = await poll()
    assert.deepEqual(
      first?.items.map(({ reference }) => reference),
      ['1', '2']
    )
    assert.equal(first?.more, true)
    const second = await poll(first?.cursor)
    assert.deepEqual(
      second?.items.map(({ reference }) => reference),
      ['3']
    )
    assert.equal((await poll(second?.cursor))?.cursor, '3')
  })

  it('quarantines a bad note and keeps the others', async (t) => {
    const { outside, poll } = await open(t)
    outside.notes.push({ id: 1, ...note, at: 'yesterday' }, { id: 2, ...note })
    const polled = await poll()
    assert.deepEqual(
      polled?.items.map((item) => 'event' in item),
      [false, true]
    )
  })

  it('stores an event once, however often it is delivered', async (t) => {
    const { outside, deliver } = await open(t)
    await deliver()
    await deliver()
    assert.equal(outside.notes.length, 1)
  })

  it('tells the host what each failure means', async (t) => {
    const { outside, deliver, poll, check } = await open(t)
    outside.failWith = 422
    await assert.rejects(deliver(), { code: 'BUS_PEER_REFUSED' })
    outside.failWith = 503
    await assert.rejects(deliver(), { code: 'BUS_PEER_FAILED' })
    await assert.rejects(poll(), { code: 'BUS_PEER_FAILED' })
    outside.failWith = 401
    await assert.rejects(check(), { code: 'BUS_PEER_CREDENTIALS' })
  })
})
