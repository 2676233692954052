import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Json } from '#protocol/events/json.ts'
import { canonicalJwk, checkPublicJwk, generateKey, thumbprint } from '#protocol/trust/jwk.ts'
import { isPublishedKey } from '#protocol/trust/published-keys.ts'

const ed25519 = (x: Uint8Array) => ({
  kty: 'OKP',
  crv: 'Ed25519',
  kid: 'k',
  x: Buffer.from(x).toString('base64url')
})
const refused = (key: object, why: string): void =>
  assert.throws(() => checkPublicJwk(key as Json), { code: 'BUS_KEY_INVALID' }, why)

/** Encodings of the eight points of small order, and others of the same points (Zcash's list, RFC 7748 §6). */
const smallOrder = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'
]

describe('a public key', () => {
  it('is taken as every algorithm makes it, a hundred times', async () => {
    for (let n = 0; n < 100; n += 1) {
      for (const alg of ['EdDSA', 'ES256'] as const) {
        const { publicJwk } = await generateKey('k', alg)
        assert.deepEqual(checkPublicJwk({ ...publicJwk }), publicJwk)
      }
    }
    for (const alg of ['RS256', 'PS256'] as const) await generateKey('k', alg)
  })

  it('is no Ed25519 point of small order, in any encoding', () => {
    for (const hex of smallOrder) refused(ed25519(Buffer.from(hex, 'hex')), hex)
  })

  it('is no Ed25519 point beside the group that private keys are of', async () => {
    for (let n = 0; n < 20; n += 1) {
      const { publicJwk } = await generateKey('k', 'EdDSA')
      const point = Buffer.from(publicJwk.x ?? '', 'base64url')
      refused(ed25519(plusOrderTwo(point)), `${publicJwk.x} and the point of order 2`)
    }
  })

  it('is no y that is off the curve, or not below the prime', () => {
    let off = 0
    for (let n = 2; n < 200; n += 1) {
      const y = Buffer.alloc(32)
      y[0] = n
      try {
        checkPublicJwk(ed25519(y))
      } catch {
        off += 1
      }
      const beyond = Buffer.alloc(32, 0xff)
      beyond[0] = 0xed + (n % 19)
      beyond[31] = n % 2 === 0 ? 0x7f : 0xff
      refused(ed25519(beyond), `p + ${n % 19}`)
    }
    assert.ok(off > 90, `half of all are off the curve, most others beside the group: ${off}`)
  })

  it('is no point off P-256', async () => {
    const { publicJwk } = await generateKey('k', 'ES256')
    const bytes = (member = ''): Buffer => Buffer.from(member, 'base64url')
    const changed = bytes(publicJwk.y)
    changed[31] = (changed[31] ?? 0) ^ 1
    const beyond = Buffer.alloc(32, 0xff)
    for (const point of [
      { y: changed.toString('base64url') },
      { x: publicJwk.y, y: publicJwk.x },
      { x: beyond.toString('base64url') },
      { x: Buffer.alloc(32).toString('base64url'), y: Buffer.alloc(32).toString('base64url') },
      { x: bytes(publicJwk.x).subarray(1).toString('base64url') },
      { x: `${publicJwk.x}=` }
    ]) {
      refused({ ...publicJwk, ...point }, JSON.stringify(point))
    }
  })

  it('is no RSA key that is short, has a weak exponent, or a modulus that is easily factored', async () => {
    const { publicJwk } = await generateKey('k', 'RS256')
    const short = Buffer.from(publicJwk.n ?? '', 'base64url').subarray(1)
    short[0] = 0x7f
    for (const e of ['', 'AA', 'AQ', 'Ag', 'Aw', 'EQ', 'AP__', 'AQAA', 'AQACAA'])
      refused({ ...publicJwk, e }, `e ${e}`)
    refused(
      { ...publicJwk, n: Buffer.concat([Buffer.alloc(40), short]).toString('base64url') },
      'zeros make it no longer'
    )
    const modulus = BigInt(`0x${Buffer.from(publicJwk.n ?? '', 'base64url').toString('hex')}`)
    for (const factor of [2n, 3n, 5n, 101n, 167n]) {
      const n = Buffer.from((modulus - (modulus % factor)).toString(16).padStart(512, '0'), 'hex')
      refused({ ...publicJwk, n: n.toString('base64url') }, `a multiple of ${factor}`)
    }
  })

  it('has one form and one thumbprint however it is written', async () => {
    const { publicJwk } = await generateKey('k', 'RS256')
    const { n = '', e = '' } = publicJwk
    const zeros = (member: string, count: number): string =>
      Buffer.concat([Buffer.alloc(count), Buffer.from(member, 'base64url')]).toString('base64url')
    for (const same of [
      publicJwk,
      { ...publicJwk, n: zeros(n, 1), e: zeros(e, 2) },
      { ...publicJwk, n: zeros(n, 30), use: 'sig', key_ops: ['verify'] }
    ]) {
      assert.deepEqual(checkPublicJwk({ ...same } as Json), publicJwk)
      assert.deepEqual(canonicalJwk({ ...same } as Json), publicJwk)
    }
    const other = { ...publicJwk, alg: 'PS256', kid: 'other' } as const
    assert.equal(thumbprint(other), thumbprint(publicJwk))
    // RFC 7638 3.1, RFC 8037 A.3.
    const rfc8037 = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } as const
    const example = { ...rfc8037, kid: 'k', alg: 'EdDSA' } as const
    assert.equal(thumbprint(example), 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
    assert.ok(isPublishedKey(example))
    assert.ok(!isPublishedKey(publicJwk))
  })
})

/** (x, y) + (0, −1) = (−x, −y). */
function plusOrderTwo(point: Uint8Array): Uint8Array {
  const prime = 2n ** 255n - 19n
  const bytes = Buffer.from(point).reverse()
  const encoded = BigInt(`0x${bytes.toString('hex')}`)
  const y = prime - (encoded & (2n ** 255n - 1n))
  const sign = (encoded >> 255n) ^ 1n
  return Buffer.from(((sign << 255n) | y).toString(16).padStart(64, '0'), 'hex').reverse()
}
