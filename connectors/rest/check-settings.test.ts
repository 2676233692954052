import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { connectorIo } from '#tests/helpers/connector-io.ts'
import { filled } from './fixtures/open.ts'
import { delivery, items, settingsFor } from './fixtures/settings.ts'
import rest from './index.ts'

const base = settingsFor('http://127.0.0.1:1')
const polled = (change: object) => ({ poll: { path: '/x', ...items, ...change } })

const sent = (change: object) => ({ deliver: { requests: [{ ...delivery, ...change }] } })

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
  'an expression for the list that does not compile': [
    polled({ cursor: { by: 'id', parameter: 'p' }, items: '(((' }),
    /poll\/items: .*S0/
  ],
  'a cursor that never advances': [
    polled({ cursor: { by: 'time', parameter: 'p', value: 'capNhatt' } }),
    /cursor\/value gives neither/
  ],
  'a cursor that does not compile': [
    polled({ cursor: { by: 'time', parameter: 'p', value: '(((' } }),
    /cursor\/value: .*S0/
  ],
  'an overlap of times without zone': [
    polled({
      cursor: { by: 'time', parameter: 'p', value: '$substring(capNhat, 0, 19)', overlapSeconds: 60 }
    }),
    /time without zone/
  ],
  'a body that gives nothing': [sent({ body: 'dta' }), /requests\/0\/sample: .*gives nothing/],
  'an id of what was made that does not compile': [sent({ created: '(((' }), /requests\/0\/created: .*S0/],
  'a look-up whose path cannot be made': [
    sent({ lookUp: { path: '/x/{data.none}' } }),
    /requests\/0\/sample: .*braces/
  ],
  'a look-up whose judgement does not compile': [
    sent({ lookUp: { path: '/x', found: '(((' } }),
    /requests\/0\/lookUp\/found: .*S0/
  ],
  'a proxy of another kind': [{ proxy: 'socks5://proxy.example.vn' }, /proxy must be/],
  'a header that is the client’s': [{ headers: { 'Content-Length': '5' } }, /headers\/Content-Length is set/],
  'credentials in a header beside those of auth': [
    { ...sent({ headers: { 'x-api-key': 'k' } }), auth: { kind: 'apiKey', secret: 's' } },
    /requests\/0\/headers\/x-api-key is set/
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
