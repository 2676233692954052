import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { checkPublicJwk } from '#protocol/trust/jwk.ts'
import type { Algorithm } from '#protocol/trust/jws.ts'
import { verifyCompact } from '#protocol/trust/signatures.ts'
import { verifyCompact as verifyInBrowser } from '#protocol/trust/web-signatures.ts'
import { vectors } from '../../helpers/vectors.ts'

/**
 * Wycheproof's JWS and JWK cases (C2SP/wycheproof). Its payloads are not our
 * claims and its headers not our header, so what is tried is the signature
 * layer: the grammar of the compact form, the algorithm list, the key's own
 * rules and the verification.
 */

interface Group {
  readonly comment: string
  readonly public?: JsonObject
  readonly private?: JsonObject
  readonly tests: readonly {
    readonly tcId: number
    readonly comment: string
    readonly jws: string
    readonly result: string
  }[]
}

const { path, skip } = vectors('jws')
const groupsOf = (file: string): readonly Group[] =>
  skip ? [] : (JSON.parse(readFileSync(join(path, file), 'utf8')) as { testGroups: Group[] }).testGroups

const compact = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/
const isCanonical = (part: string): boolean => Buffer.from(part, 'base64url').toString('base64url') === part
const ours: readonly string[] = ['ES256', 'EdDSA', 'PS256', 'RS256']

type Verify = typeof verifyCompact

async function isTaken(verify: Verify, key: JsonObject, jws: string): Promise<boolean> {
  const parts = compact.exec(jws)?.slice(1) ?? []
  if (parts.length !== 3 || !parts.every(isCanonical)) return false
  const { alg, ...header } = headerOf(jws)
  if (!ours.includes(String(alg)) || 'crit' in header || 'jwk' in header) return false
  try {
    const kid = String(key.kid ?? 'none').replace(/[^A-Za-z0-9_-]/g, '_')
    const jwk = checkPublicJwk({ ...key, kid })
    return jwk.alg === alg && (await verify(jws, alg as Algorithm, jwk))
  } catch (error) {
    if (error instanceof BusError && error.code === 'BUS_KEY_INVALID') return false
    throw error
  }
}

function headerOf(jws: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString()) as Record<string, unknown>
}

/** Valid vectors we refuse, and why. */
const refusedThoughValid: Readonly<Record<string, readonly number[]>> = {
  'HMAC: a shared secret is no signature': [],
  'RS384, RS512, PS384, PS512, ES521: not on our list': [],
  'an empty payload: claims are never empty': []
}

function reasonToRefuse(group: Group, jws: string): string | undefined {
  const key = group.public ?? group.private ?? {}
  const payload = jws.split('.')[1]
  const alg = String(headerOf(jws).alg)
  const [hmac, other, empty] = Object.keys(refusedThoughValid)
  if (key.kty === 'oct') return hmac
  if (!ours.includes(alg) || (typeof key.alg === 'string' && !ours.includes(key.alg))) return other
  return payload === '' ? empty : undefined
}

/** Vectors marked invalid that cannot be told from valid ones. */
const indistinguishable: Readonly<Record<number, string>> = {
  367: 'byte for byte the valid 357',
  370: 'byte for byte the valid 357'
}

for (const [where, verify] of [
  ['Node', verifyCompact],
  ['a browser', verifyInBrowser]
] as const)
  describe(`vectors/jws in ${where}`, { skip }, () => {
    const groups = groupsOf('json_web_signature.json')
    const tests = groups.flatMap((group) => group.tests.map((test) => ({ group, ...test })))

    it('refuses every invalid signature that can be told from a valid one', async () => {
      let refused = 0
      for (const { group, tcId, comment, jws, result } of tests) {
        if (result !== 'invalid' || indistinguishable[tcId]) continue
        assert.equal(await isTaken(verify, keyOf(group), jws).catch(() => false), false, `${tcId} ${comment}`)
        refused += 1
      }
      assert.equal(refused, 353)
    })

    it('takes every valid signature but those of a listed kind', async (t) => {
      const counts = new Map<string, number>()
      for (const { group, tcId, comment, jws, result } of tests) {
        if (result !== 'valid') continue
        const reason = reasonToRefuse(group, jws) ?? 'taken'
        counts.set(reason, (counts.get(reason) ?? 0) + 1)
        assert.equal(
          await isTaken(verify, keyOf(group), jws),
          reason === 'taken',
          `${tcId} ${comment} (${group.comment})`
        )
      }
      for (const [reason, count] of counts) t.diagnostic(`${reason}: ${count}`)
    })

    it('takes no signature by a key that cannot sign for us or is known to be weak', async (t) => {
      const counts = { refused: 0, hmac: 0, taken: 0 }
      for (const group of groupsOf('json_web_key.json')) {
        const keys = (group.public ?? group.private)?.keys as unknown as readonly JsonObject[]
        for (const { tcId, comment, jws, result } of group.tests) {
          const { kid } = headerOf(jws)
          const named = keys.filter((key) => kid === undefined || key.kid === kid)
          const [key] = named
          const taken = key !== undefined && named.length === 1 && (await isTaken(verify, key, jws))
          const isHmac = result === 'valid' && key?.kty === 'oct'
          assert.equal(taken, result === 'valid' && !isHmac, `${tcId} ${comment}`)
          counts[isHmac ? 'hmac' : taken ? 'taken' : 'refused'] += 1
        }
      }
      t.diagnostic(
        `keys: ${counts.taken} taken, ${counts.refused} refused, ${counts.hmac} valid ones are shared secrets`
      )
    })
  })

function keyOf(group: Group): JsonObject {
  return group.public ?? group.private ?? {}
}
