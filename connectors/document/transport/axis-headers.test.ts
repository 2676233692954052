import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import {
  axisHash,
  axisTimestamp,
  isHashOf,
  readAxisTimestamp,
  signedHeaders,
  verifiedHeaders
} from './axis-headers.ts'

const account = { systemId: 'qlvb.b', secret: 'bí mật' }
const at = Date.parse('2026-11-26T18:30:05.042Z')

describe('the headers of the axis', () => {
  const signed = (values = {}) => new Headers(signedHeaders({ docId: 'a-1', ...values }, account, at))

  it('are read by whoever has the secret, and by nobody else', () => {
    assert.equal(verifiedHeaders(signed(), account)?.get('docid'), 'a-1')
    assert.equal(verifiedHeaders(signed(), { ...account, secret: 'khác' }), undefined)
    assert.equal(verifiedHeaders(signed(), { ...account, systemId: 'khác' }), undefined)
  })

  it('are worth nothing once one of them is changed, taken away, or not signed', () => {
    const changed = signed()
    changed.set('XroadVnpt-docId', 'a-2')
    assert.equal(verifiedHeaders(changed, account), undefined)
    const without = signed()
    without.delete('XroadVnpt-docId')
    assert.equal(verifiedHeaders(without, account), undefined)
    const added = signed()
    added.set('XroadVnpt-status', 'done')
    assert.equal(verifiedHeaders(added, account)?.has('status'), false)
    const renamed = signed()
    renamed.set('XroadVnpt-sign-header-key', 'timestamp;systemid')
    assert.equal(verifiedHeaders(renamed, account), undefined)
  })

  it('are worth nothing where those that it names can be no headers, or are more than any client has', () => {
    const many = Array.from({ length: 65 }, (_, index) => `a${index}`).join(';')
    for (const names of ['a b', 'systemid;a b', 'é', 'x(', 'a'.repeat(65), many]) {
      const changed = signed()
      changed.set('XroadVnpt-sign-header-key', names)
      assert.equal(verifiedHeaders(changed, account), undefined, names)
    }
  })

  it('are verified without the repeated text as well', () => {
    const short = signed()
    short.delete('XroadVnpt-sign-header')
    assert.equal(verifiedHeaders(short, account)?.get('docid'), 'a-1')
  })

  it('have the time in Việt Nam, with milliseconds where one would look for a zone', () => {
    assert.equal(axisTimestamp(at), '27112026T013005+0042')
    assert.equal(readAxisTimestamp('27112026T013005+0042'), at)
    for (const text of ['31022026T000000+0000', '27112026T253005+0042', '2026-11-27T01:30:05Z', '']) {
      assert.equal(readAxisTimestamp(text), undefined)
    }
  })

  it('name a hash whose bytes have no leading zeros, and know it in either form', () => {
    const digest = createHash('sha256').update('13').digest()
    assert.ok(axisHash(digest).length < 64)
    assert.ok(isHashOf(axisHash(digest), digest))
    assert.ok(isHashOf(digest.toString('hex').toUpperCase(), digest))
    assert.equal(isHashOf(digest.toString('hex').slice(1), digest), false)
  })
})
