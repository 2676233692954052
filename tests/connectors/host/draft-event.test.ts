import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toDraftedEvent } from '#connectors/host/draft-event.ts'

const system = '/agencies/000.00.91.H03/systems/qlvb'
const draft = { type: 'document.issued.v1', subject: '1', data: {} }

describe("a connector's draft", () => {
  it('becomes an event with its extensions', () => {
    const event = toDraftedEvent(system, { ...draft, extensions: { packagesignature: 'valid' } }, 0)
    assert.deepEqual([event.source, event.packagesignature], [system, 'valid'])
    assert.equal('extensions' in event, false)
  })

  for (const name of ['recipients', 'source', 'id', 'data']) {
    it(`is refused for good with ${name} among its extensions`, () => {
      assert.throws(() => toDraftedEvent(system, { ...draft, extensions: { [name]: '000.00.92.H03' } }, 0), {
        code: 'BUS_ATTRIBUTE_INVALID',
        fault: 'extension-reserved',
        retry: 'never'
      })
    })
  }

  it('is refused for good where strict JSON would not take it', () => {
    assert.throws(() => toDraftedEvent(system, { ...draft, data: { text: '\ud800' } }, 0), { retry: 'never' })
  })
})
