import assert from 'node:assert/strict'
import { it } from 'node:test'
import { checkEvent } from '#protocol/events/event.ts'
import { toNewEvent } from '#protocol/events/new-event.ts'
import { strictJson } from '#protocol/events/strict-json.ts'

const content = { type: 'document.issued.v1', subject: '1', recipients: ['H1', 'H2'], data: {} }

it('an event is made whole; its id is a UUIDv7 of its time, new each time as its nonce is', () => {
  const at = Date.parse('2026-11-24T00:00:00.007Z')
  const [one, other] = [0, 1].map(() => toNewEvent('/agencies/H0/systems/qlvb', content, at))
  assert.ok(one && other)
  checkEvent(strictJson(one))
  assert.match(one.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(Number.parseInt(one.id.replaceAll('-', '').slice(0, 12), 16), at)
  assert.deepEqual([one.time, one.recipients], ['2026-11-24T00:00:00.007Z', 'H1,H2'])
  assert.notEqual(one.id, other.id)
  assert.notEqual(one.nonce, other.nonce)
})
