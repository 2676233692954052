import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import * as node from '#protocol/bytes/bytes.ts'
import * as found from '#protocol/bytes/web-bytes.ts'

const web: typeof node = found
const bytes = fc.uint8Array({ maxLength: 300 })
const digest = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(node.toBase64url)

describe('what a browser computes is what Node computes', () => {
  test('digests of bytes and of texts', () => {
    fc.assert(
      fc.property(fc.oneof(bytes, fc.string({ unit: 'grapheme' })), (content) => {
        assert.deepEqual(Buffer.from(web.sha256(content)), Buffer.from(node.sha256(content)))
        for (const form of ['hex', 'base64url'] as const) {
          assert.equal(web.sha256Text(content, form), node.sha256Text(content, form))
        }
      })
    )
  })

  test('digests of content in parts, whatever the parts are', () => {
    fc.assert(
      fc.property(fc.array(bytes), (parts) => {
        const running = web.startSha256()
        for (const part of parts) running.update(part)
        assert.equal(running.hex(), node.sha256Text(Buffer.concat(parts), 'hex'))
      })
    )
  })

  test('digests of pairs', () => {
    fc.assert(
      fc.property(digest, digest, (left, right) => {
        assert.equal(web.sha256OfPair(1, left, right), node.sha256OfPair(1, left, right))
      })
    )
  })

  test('base64url, there and back', () => {
    fc.assert(
      fc.property(bytes, (content) => {
        const text = web.toBase64url(content)
        assert.equal(text, node.toBase64url(content))
        assert.deepEqual(web.fromBase64url(text), new Uint8Array(node.fromBase64url(text)))
      })
    )
  })

  test('a text that is not base64url is never taken for the bytes of another text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const isCanonical = node.toBase64url(node.fromBase64url(text)) === text
        assert.equal(web.toBase64url(web.fromBase64url(text)) === text, isCanonical)
      })
    )
  })
})
