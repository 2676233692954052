import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkEvent } from '#protocol/events/event.ts'
import { parseStrictJson, strictJson } from '#protocol/events/strict-json.ts'

const marks = (count: number): string => `a${'\u0301'.repeat(count / 2)}${'\u0323'.repeat(count / 2)}`
const event = {
  specversion: '1.0',
  id: '1',
  source: '/agencies/000.00.91.H03/systems/a',
  type: 'dossier.received.v1',
  subject: 's',
  time: '2026-11-24T08:00:00Z',
  nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
  data: {}
}

/** Composing takes time quadratic in the length of a run of combining marks. */
describe('a run of combining marks', () => {
  it('is no part of the name of a member, if no language has it', () => {
    const withName = (name: string) => parseStrictJson(Buffer.from(JSON.stringify({ [name]: 1 })))
    assert.deepEqual(withName(marks(30)), { [marks(30)]: 1 })
    assert.throws(() => withName(marks(32)), { code: 'BUS_JSON_INVALID', fault: 'json-name-marks' })
  })

  it('is no part of an attribute, if no language has it', () => {
    for (const attribute of ['subject', 'recipients', 'note']) {
      const check = () => checkEvent(strictJson({ ...event, [attribute]: marks(32) }))
      assert.throws(check, { code: 'BUS_ATTRIBUTE_INVALID', fault: 'attribute-marks' }, attribute)
    }
    assert.doesNotThrow(() => checkEvent(strictJson({ ...event, subject: marks(30).normalize('NFC') })))
  })
})
