import { fromBase64url, toBase64url } from '../bytes/bytes.ts'
import { isJsonObject, type Json, type JsonObject } from '../events/json.ts'
import { parseStrictJson } from '../events/strict-json.ts'
import { kidGrammar, type PublicJwk, type SigningKey } from './jwk.ts'
import type { Algorithm } from './jws.ts'
import { signCompact, verifyCompact } from './signatures.ts'

/** A compact JWS, parsed but not verified. */
export interface ParsedJws {
  readonly alg: Algorithm
  readonly kid: string
  readonly claims: JsonObject
}

const maxTokenLength = 8192
const maxHeaderLength = 1024
const grammar = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/
const algorithms: Readonly<Record<string, Algorithm>> = {
  ES256: 'ES256',
  EdDSA: 'EdDSA',
  Ed25519: 'EdDSA',
  PS256: 'PS256',
  RS256: 'RS256'
}

/**
 * Parses a token under the strict profile: compact form and canonical base64url only, a header of exactly
 * `alg`, `typ` and `kid`, strict JSON in both parts. Undefined for anything else.
 */
export function parseJws(token: string, typ: string): ParsedJws | undefined {
  if (token.length > maxTokenLength) return undefined
  const [, header = '', payload = '', signature = ''] = grammar.exec(token) ?? []
  if (header.length > maxHeaderLength || ![header, payload, signature].every(isCanonical)) return undefined
  const head = parsePart(header)
  const claims = parsePart(payload)
  if (!head || !claims) return undefined
  const { alg, kid } = head
  if (Object.keys(head).length !== 3 || head.typ !== typ) return undefined
  if (typeof alg !== 'string' || typeof kid !== 'string' || !kidGrammar.test(kid)) return undefined
  const known = Object.hasOwn(algorithms, alg) ? algorithms[alg] : undefined
  return known && { alg: known, kid, claims }
}

function isCanonical(part: string): boolean {
  return part !== '' && toBase64url(fromBase64url(part)) === part
}

function parsePart(part: string): JsonObject | undefined {
  try {
    const value: Json = parseStrictJson(fromBase64url(part))
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined // All malformed tokens get the same answer.
  }
}

/** Whether a key made the token's signature. The algorithms of key and token must be the same. */
export async function isSignedBy(token: string, alg: Algorithm, jwk: PublicJwk): Promise<boolean> {
  if (jwk.alg !== alg) return false
  try {
    return await verifyCompact(token, alg, jwk)
  } catch {
    return false // The key is of the wrong kind.
  }
}

/** Signs claims as a compact JWS with exactly the header that `parseJws` accepts. */
export function signJws(claims: object, typ: string, { alg, kid, key }: SigningKey): Promise<string> {
  return signCompact({ alg, typ, kid }, claims, key)
}
