import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { toBase64url } from '#protocol/bytes/bytes.ts'
import { canonicalJson } from '#protocol/events/canonical.ts'
import { eventHash, leafHash } from '#protocol/events/hash.ts'
import type { Json } from '#protocol/events/json.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'
import { generateKey, importSigningKey, type PublicJwk } from '#protocol/trust/jwk.ts'
import { pathsOf, rootFromPath, rootOf, treeLevels } from '#protocol/trust/merkle.ts'
import { openSubmission, verifyEventProof } from '#protocol/trust/submission.ts'
import { signToken, verifyToken } from '#protocol/trust/token.ts'
import { vectors } from '../../helpers/vectors.ts'

interface Vectors {
  readonly keys: readonly (PublicJwk & { readonly d: string })[]
  readonly events: readonly { name: string; event: Json; jcs_utf8_hex: string; hash_hex: string }[]
  readonly submissions: readonly {
    readonly events: readonly string[]
    readonly root: string
    readonly paths: readonly (readonly string[])[]
    readonly token_eddsa: string
    readonly token_es256: string
  }[]
  readonly receipt_leaf: { readonly of: Json; readonly jcs: string; readonly leaf: string }
  readonly must_fail: readonly {
    why: string
    root: string
    size: number
    index: number
    hash: string
    path: string[]
  }[]
}

const { path, skip } = vectors('submission')

describe('vectors/submission', { skip }, () => {
  const given = skip
    ? undefined
    : (JSON.parse(readFileSync(join(path, 'submission.json'), 'utf8')) as Vectors)
  if (!given) return
  const eventOf = (name: string): Json => given.events.find((one) => one.name === name)?.event ?? null
  const keyOf = (kid: string): PublicJwk => {
    const found = given.keys.find((key) => key.kid === kid)
    const { d: _private, ...publicKey } = found ?? { kty: 'OKP', kid, alg: 'EdDSA', d: '' }
    return { ...publicKey, alg: publicKey.kty === 'EC' ? 'ES256' : 'EdDSA' } as PublicJwk
  }

  for (const { name, event, jcs_utf8_hex: jcs, hash_hex: hash } of given.events) {
    it(`has the canonical form and hash of "${name}"`, () => {
      assert.equal(Buffer.from(canonicalJson(event)).toString('hex'), jcs)
      assert.equal(eventHash(event), hash)
      if (name === 'escapes') return // It holds control characters, which the gateway refuses.
      assert.equal(
        canonicalJson(parseStrictJson(Buffer.from(jcs, 'hex'))),
        Buffer.from(jcs, 'hex').toString()
      )
    })
  }

  for (const submission of given.submissions) {
    it(`has root, paths and tokens of ${submission.events.length} events`, async () => {
      const events = submission.events.map(eventOf)
      const leaves = events.map(leafHash)
      assert.equal(rootOf(treeLevels(leaves)), submission.root)
      assert.deepEqual(pathsOf(treeLevels(leaves)), submission.paths)
      for (const token of [submission.token_eddsa, submission.token_es256]) {
        const verified = await verifyToken(token, {
          findKey: (_system, kid) => keyOf(kid),
          audience: 'https://bus.example.vn',
          now: 1_795_316_700
        })
        const proofs = openSubmission(events, verified)
        for (const [index, event] of events.entries()) {
          const proof = proofs[index]
          assert.ok(proof && (await verifyEventProof(event, proof, [keyOf(verified.kid)])))
        }
      }
    })
  }

  it('has the leaf of a receipt', () => {
    assert.equal(canonicalJson(given.receipt_leaf.of), given.receipt_leaf.jcs)
    assert.equal(toBase64url(leafHash(given.receipt_leaf.of)), given.receipt_leaf.leaf)
  })

  for (const { why, root, size, index, hash, path: nodes } of given.must_fail) {
    it(`does not take a proof with ${why}`, () => {
      assert.notEqual(rootFromPath(Buffer.from(hash, 'base64url'), index, size, nodes), root)
    })
  }

  it('falls into no trap: an inner node is no event, since a verifier hashes the event itself', async () => {
    const token = given.submissions[2]?.token_eddsa ?? ''
    const inner = { source: '/agencies/000.00.91.H03/systems/qlvb' }
    const proof = { token, index: 0, size: 2, path: [given.submissions[2]?.paths[2]?.[0] ?? ''] }
    assert.equal(
      await verifyEventProof(
        inner,
        proof,
        given.keys.map(({ kid }) => keyOf(kid))
      ),
      false
    )
  })
})

describe('Merkle trees', () => {
  it('lead every leaf of every size to the root, and no leaf from another place', () => {
    for (let size = 1; size <= 70; size += 1) {
      const leaves = Array.from({ length: size }, (_unused, index) => leafHash(index))
      const root = rootOf(treeLevels(leaves))
      for (const [index, nodes] of pathsOf(treeLevels(leaves)).entries()) {
        const leaf = leaves[index] ?? Buffer.alloc(0)
        assert.equal(rootFromPath(leaf, index, size, nodes), root)
        const other = rootFromPath(leaf, (index + 1) % size, size, nodes)
        assert.ok(size === 1 || other !== root)
      }
    }
  })

  it('have no node of another length or alphabet', () => {
    const leaves = [leafHash(0), leafHash(1)]
    const [[node = ''] = []] = pathsOf(treeLevels(leaves))
    for (const bad of ['', node.slice(1), `${node}A`, `${node}=`, ` ${node.slice(1)}`]) {
      assert.equal(rootFromPath(leafHash(0), 0, 2, [bad]), undefined)
    }
  })
})

describe("an event's proof", () => {
  it('does not hold by a token that names no root, wherever its path leads', async () => {
    const source = '/agencies/000.00.91.H03/systems/qlvb'
    const { privateJwk, publicJwk } = await generateKey('k', 'EdDSA')
    const claims = { iss: source, sub: '000.00.91.H03', aud: 'https://bus.example.vn', jti: 'a' }
    const token = await signToken({ ...claims, iat: 0, exp: 60 }, await importSigningKey(privateJwk))
    for (const index of [0, -1]) {
      assert.equal(
        await verifyEventProof({ source }, { token, index, size: 1, path: [] }, [publicJwk]),
        false
      )
    }
  })
})
