import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { generateKey, publicJwkOf } from '#protocol/trust/jwk.ts'
import type { Algorithm } from '#protocol/trust/jws.ts'
import * as node from '#protocol/trust/signatures.ts'
import * as web from '#protocol/trust/web-signatures.ts'

const sides = { node, web }
const algorithms: readonly Algorithm[] = ['ES256', 'EdDSA', 'PS256', 'RS256']
const claims = { iss: '/bus', text: 'Số 12/QĐ-UBND' }

/** The token with other claims. */
function changed(token: string): string {
  const [head, , signature] = token.split('.')
  return `${head}.${Buffer.from(JSON.stringify({ ...claims, iss: '/bux' })).toString('base64url')}.${signature}`
}

describe('what Node signs a browser verifies, and the other way round', () => {
  for (const alg of algorithms) {
    test(alg, async () => {
      const { privateJwk } = await generateKey('k', alg)
      const { privateJwk: other } = await generateKey('k', alg)
      const header = { alg, typ: 'test+jwt', kid: 'k' }
      const tokens: string[] = []
      for (const { importPrivateKey, signCompact } of Object.values(sides)) {
        const key = await importPrivateKey(privateJwk, alg)
        tokens.push(await signCompact(header, claims, key as never))
      }
      assert.deepEqual(new Set(tokens.map((token) => token.split('.').slice(0, 2).join('.'))).size, 1)
      for (const token of tokens) {
        for (const { verifyCompact } of Object.values(sides)) {
          const jwk = publicJwkOf(privateJwk)
          assert.equal(await verifyCompact(token, alg, jwk), true)
          assert.equal(await verifyCompact(changed(token), alg, jwk), false)
          assert.equal(await verifyCompact(token, alg, publicJwkOf(other)), false)
        }
      }
    })
  }
})

describe('a private key with the public half of another', () => {
  for (const [name, { importPrivateKey }] of Object.entries(sides)) {
    for (const alg of ['ES256', 'EdDSA'] as const) {
      test(`does not sign by ${alg} (${name})`, async () => {
        const { privateJwk } = await generateKey('k', alg)
        const { publicJwk } = await generateKey('k', alg)
        await importPrivateKey(privateJwk, alg)
        await assert.rejects(importPrivateKey({ ...privateJwk, ...publicJwk }, alg))
      })
    }
  }
})

describe('a key of another kind', () => {
  for (const [name, { importPrivateKey, verifyCompact }] of Object.entries(sides)) {
    test(`neither signs nor verifies (${name})`, async () => {
      const { privateJwk } = await generateKey('k', 'ES256')
      const jwk = publicJwkOf(privateJwk)
      const token = 'e30.e30.AAAA'
      for (const alg of ['EdDSA', 'PS256', 'RS256'] as const) {
        await assert.rejects(importPrivateKey(privateJwk, alg))
        assert.equal(await verifyCompact(token, alg, jwk).catch(() => false), false)
      }
      await assert.rejects(importPrivateKey(jwk, 'ES256'), 'a public key does not sign')
    })
  }
})
