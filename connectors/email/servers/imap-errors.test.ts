import assert from 'node:assert/strict'
import { it } from 'node:test'
import { toImapFault } from './imap-errors.ts'

it('email: a mailbox that is busy is asked again, and only wrong credentials pause the instance', () => {
  const codeOf = (serverResponseCode: string | undefined, responseText: string): string => {
    const error = { authenticationFailed: true, responseStatus: 'NO', serverResponseCode, responseText }
    return toImapFault(error, { host: 'imap.example.vn', user: 'bus' }).code
  }
  for (const [code, text] of [
    ['ALERT', 'Too many simultaneous connections. (Failure)'],
    [undefined, 'Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)'],
    ['UNAVAILABLE', 'Temporary authentication failure.'],
    ['LIMIT', 'x'],
    ['INUSE', 'x']
  ] as const)
    assert.equal(codeOf(code, text), 'BUS_PEER_FAILED', text)
  for (const [code, text] of [
    ['AUTHENTICATIONFAILED', 'Authentication failed.'],
    ['AUTHORIZATIONFAILED', 'x'],
    ['EXPIRED', 'x'],
    ['ALERT', 'Invalid credentials (Failure)'],
    [undefined, 'LOGIN failed.']
  ] as const)
    assert.equal(codeOf(code, text), 'BUS_PEER_CREDENTIALS', text)
})
