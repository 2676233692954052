import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { connectorIo } from '#tests/helpers/connector-io.ts'
import { filled } from './fixtures/open.ts'
import { items, settingsFor } from './fixtures/settings.ts'
import rest from './index.ts'

const base = settingsFor('http://127.0.0.1:1')
const polled = (change: object) => ({ poll: { path: '/x', ...items, ...change } })

const faulty: Record<string, [change: object, says: RegExp, startAt?: number]> = {
  'pages of an unknown size': [polled({ cursor: { by: 'page', parameter: 'p' } }), /poll needs pageSize or/],
  'a first page that is no number': [
    polled({ cursor: { by: 'page', parameter: 'p', first: 'abc' }, pageSize: 10 }),
    /cursor\/first must be a number/
  ],
  'two halves whose items would have the same names': [
    { receive: { secret: 's', ...items, type: 'dossier.completed.v1' } },
    /receive\/id names items as/
  ],
  'a start that a cursor by id cannot begin at': [
    polled({ cursor: { by: 'id', parameter: 'p' } }),
    /cursor\/first is missing/,
    1
  ]
}

describe('rest: the check of settings', () => {
  for (const [what, [change, says, startAt = 0]] of Object.entries(faulty)) {
    it(`tells of ${what}`, async (t) => {
      const io = { ...connectorIo(t), startAt }
      const problems = await rest.checkSettings?.(filled({ ...base, ...change }), io)
      assert.match(problems?.join('\n') ?? '', says)
    })
  }
})
