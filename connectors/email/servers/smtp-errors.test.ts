import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isRejection, toSmtpFault } from './smtp-errors.ts'

const errorOf = (response: string) => ({
  ...{ command: 'RCPT TO', code: 'EENVELOPE', response, responseCode: Number(response.slice(0, 3)) }
})
const codeOf = (response: string): string =>
  toSmtpFault(errorOf(response), { host: 'smtp.example.vn', user: 'bus' }, false).code

describe('email: what a server says when it is given a recipient', () => {
  it('ends the notice only where the recipient is meant', () => {
    for (const response of [
      '550 5.1.1 <a@b.vn>: Recipient address rejected: User unknown in local recipient table',
      '550 5.7.1 <a@b.vn>... User unknown',
      '550 Invalid recipient: <a@b.vn>',
      '552 5.2.2 Mailbox full',
      '524 5.2.4 Mailing list expansion problem: <a@b.vn>',
      '553 sorry, no mailbox here by that name',
      '550 <a@b.vn> rejected'
    ])
      assert.ok(isRejection(errorOf(response)), response)
  })

  it('leaves to a person what the server says of the sender, of the bus or of the command', () => {
    for (const response of [
      '554 5.7.1 <a@b.vn>: Relay access denied',
      '553 5.7.1 <bus@x.vn>: Sender address rejected: not owned by user bus',
      '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org',
      '550 5.7.1 Quota exceeded: you may send 500 a day',
      '503 5.5.1 Error: need MAIL command',
      '501 5.5.4 Unrecognized parameter NOTIFY=SUCCESS',
      '550 5.1.8 Sender domain not found'
    ]) {
      assert.equal(isRejection(errorOf(response)), undefined, response)
      assert.equal(codeOf(response), 'BUS_PEER_REFUSED', response)
    }
  })

  it('pauses where a log-in is missing, and tries again where a limit is reached', () => {
    assert.equal(isRejection(errorOf('530 5.7.0 Authentication required')), undefined)
    assert.equal(codeOf('530 5.7.0 Authentication required'), 'BUS_PEER_CREDENTIALS')
    assert.equal(isRejection(errorOf('550 5.4.5 Daily user sending limit exceeded')), undefined)
    assert.equal(codeOf('550 5.4.5 Daily user sending limit exceeded'), 'BUS_PEER_FAILED')
  })
})
