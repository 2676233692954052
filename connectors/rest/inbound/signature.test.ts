import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { isSigned, keyOf } from './signature.ts'

const usual = {
  scheme: 'body',
  algorithm: 'sha256',
  encoding: 'hex',
  signatureHeader: 'x-signature',
  prefix: '',
  timestampHeader: 'x-timestamp',
  toleranceSeconds: 300
} as const
const body = Buffer.from('{"test": 2432232314}')

describe('a callback', () => {
  it('of Standard Webhooks is judged as their own test vector says', () => {
    const headers = new Headers({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    })
    const judge = (secret: string, now = 1_614_265_330_000) =>
      isSigned(headers, body, {
        settings: { ...usual, scheme: 'standard-webhooks' },
        secrets: [keyOf(secret, 'standard-webhooks', 'receive')],
        now
      })
    assert.equal(judge('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'), true)
    assert.equal(judge('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx'), false)
    assert.equal(judge('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 1_614_265_631_000), false)
  })

  it('with a timestamp is signed over both, and in time', () => {
    const settings = { ...usual, scheme: 'timestamp.body', algorithm: 'sha512', encoding: 'base64' } as const
    const signature = createHmac('sha512', 'new').update('1000.').update(body).digest('base64')
    const judge = (timestamp: string, now: number) =>
      isSigned(new Headers({ 'x-signature': signature, 'x-timestamp': timestamp }), body, {
        settings,
        secrets: [Buffer.from('old'), Buffer.from('new')],
        now
      })
    assert.equal(judge('1000', 1_000_000), true)
    assert.equal(judge('1001', 1_000_000), false)
    assert.equal(judge('1000', 1_301_000), false)
    assert.equal(judge('', 1_000_000), false)
  })

  it('without a signature is not signed', () => {
    assert.equal(
      isSigned(new Headers(), body, { settings: usual, secrets: [Buffer.from('a')], now: 0 }),
      false
    )
  })

  it('of Standard Webhooks needs a secret of at least 16 bytes', () => {
    for (const secret of ['whsec_', '!!!', 'whsec_c2hvcnQ=']) {
      assert.throws(() => keyOf(secret, 'standard-webhooks', 'receive'), { fault: 'rest:secretUnreadable' })
    }
  })
})
