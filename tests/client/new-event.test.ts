import assert from 'node:assert/strict'
import { it } from 'node:test'
import { newEvent } from '#client/new-event.ts'
import { checkEvent } from '#protocol/events/event.ts'
import { strictJson } from '#protocol/events/strict-json.ts'

const system = '/agencies/000.00.91.H03/systems/qlvb'

it('an event of a draft is one the bus takes, with every attribute a draft may name', () => {
  const draft = {
    type: 'document.issued.v1',
    subject: '1/SMA-VP',
    data: { codeNumber: '1' },
    recipients: ['000.00.92.H03', '000.00.93.H03'],
    correlationid: 'case-1',
    causationid: 'event-1',
    onbehalfof: '000.00.94.H03',
    expirytime: '2026-12-31T17:00:00+07:00',
    dataclassification: 'internal'
  } as const
  const event = checkEvent(strictJson(newEvent(system, draft)))
  assert.equal(event.recipients, '000.00.92.H03,000.00.93.H03')
  const { recipients: _recipients, ...rest } = draft
  assert.deepEqual({ ...event, ...rest }, event)
})

it('two events of one draft are two', () => {
  const draft = { type: 'document.issued.v1', subject: '1/SMA-VP', data: {} }
  const [one, other] = [newEvent(system, draft), newEvent(system, draft)]
  assert.notEqual(one.id, other.id)
  assert.notEqual(one.nonce, other.nonce)
})
