/**
 * Checks a receipt and the sender's signature in the browser, by WebCrypto alone. The rules are those of
 * `client/verify-item.ts`; a test holds both to the same cases.
 *
 * @typedef {{ token: string, index: number, size: number, path: readonly string[] }} Proof
 * @typedef {{ kid: string, alg: string, kty: string, crv?: string, x?: string, y?: string, n?: string, e?: string }} Key
 * @typedef {{ key: Key, validFrom: string, validTo?: string }} DatedKey
 * @typedef {'good' | 'bad' | 'absent' | 'unable'} Verdict `unable`: this browser does not know the algorithm.
 * @typedef {object} Claim What is to be checked.
 * @property {any} [event] The event; without it only the receipt of its hash is checked.
 * @property {string} source
 * @property {string} id
 * @property {string} hash
 * @property {string} recordedtime
 * @property {Proof | undefined} receipt
 * @property {Proof | undefined} signature
 * @property {boolean} isUnsigned
 */

/**
 * Reads what somebody dropped: an item of an inbox, an event as the gateway gives it, or the answer to publishing.
 * @param {any} given
 * @returns {Promise<readonly Claim[]>} Empty if it is none of these.
 */
export async function claimsIn(given) {
  const items = given?.results ?? given?.events ?? [given]
  if (!Array.isArray(items)) return []
  const claims = await Promise.all(items.map(claimOf))
  return claims.filter((claim) => claim !== undefined)
}

/** @param {any} item @returns {Promise<Claim | undefined>} */
async function claimOf(item) {
  const receipt = proofOf(item?.receipt)
  if (!receipt) return undefined
  if (item.event && item.added) {
    const { event, added } = item
    const hash = toHex(await leafHash(event))
    const { source, id } = event
    return {
      event,
      source,
      id,
      hash,
      recordedtime: added.recordedtime,
      receipt,
      signature: proofOf(item.signature),
      isUnsigned: item.signature === undefined && added.unsigned === true
    }
  }
  const { source, id, hash, recordedtime } = item
  if ([source, id, hash, recordedtime].some((value) => typeof value !== 'string')) return undefined
  return { source, id, hash, recordedtime, receipt, signature: undefined, isUnsigned: false }
}

/** @param {any} proof @returns {Proof | undefined} */
function proofOf(proof) {
  const isWhole = Number.isSafeInteger(proof?.index) && Number.isSafeInteger(proof?.size)
  const isPath =
    Array.isArray(proof?.path) && proof.path.every((/** @type {unknown} */ node) => typeof node === 'string')
  return isWhole && isPath && typeof proof.token === 'string' ? proof : undefined
}

/**
 * Whether the bus signed that it recorded the event.
 * @param {Claim} claim
 * @param {readonly Key[]} keys Of the bus.
 * @returns {Promise<Verdict>}
 */
export async function checkReceipt({ source, id, hash, recordedtime, receipt }, keys) {
  const jws = receipt && parseJws(receipt.token, 'lienthong-receipt+jwt')
  if (!receipt || !jws || jws.claims.iss !== '/bus') return 'bad'
  const leaf = await leafHash({ source, id, hash, recordedtime })
  if ((await rootFromPath(leaf, receipt)) !== jws.claims.root) return 'bad'
  return isSigned(jws, keys)
}

/**
 * Whether a key that the sender had at that time signed the event.
 * @param {Claim} claim
 * @param {readonly DatedKey[]} keys Of the system that is the event's source.
 * @returns {Promise<Verdict>}
 */
export async function checkSignature({ event, source, recordedtime, signature, isUnsigned }, keys) {
  if (isUnsigned || event === undefined) return 'absent'
  const jws = signature && parseJws(signature.token, 'lienthong+jwt')
  if (!signature || !jws || jws.claims.iss !== source) return 'bad'
  if ((await rootFromPath(await leafHash(event), signature)) !== jws.claims.events) return 'bad'
  const at = Date.parse(recordedtime)
  const valid = keys.filter(
    ({ validFrom, validTo }) =>
      Date.parse(validFrom) <= at && (validTo === undefined || at < Date.parse(validTo))
  )
  return isSigned(
    jws,
    valid.map(({ key }) => key)
  )
}

/** @typedef {{ alg: string, kid: string, claims: any, signed: string, signature: Uint8Array<ArrayBuffer> }} Jws */

/** @param {string} token @param {string} typ @returns {Jws | undefined} */
function parseJws(token, typ) {
  const [, head = '', body = '', signature = ''] = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(token) ?? []
  try {
    if (![head, body, signature].every((part) => toBase64url(fromBase64url(part)) === part)) return undefined
    const header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64url(head)))
    if (header.typ !== typ || Object.keys(header).length !== 3) return undefined
    const claims = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64url(body)))
    return {
      alg: header.alg,
      kid: header.kid,
      claims,
      signed: `${head}.${body}`,
      signature: fromBase64url(signature)
    }
  } catch {
    return undefined
  }
}

/** How WebCrypto names what a token's `alg` names. @type {Readonly<Record<string, { import: any, verify: any }>>} */
const algorithms = {
  ES256: { import: { name: 'ECDSA', namedCurve: 'P-256' }, verify: { name: 'ECDSA', hash: 'SHA-256' } },
  EdDSA: { import: { name: 'Ed25519' }, verify: { name: 'Ed25519' } },
  PS256: { import: { name: 'RSA-PSS', hash: 'SHA-256' }, verify: { name: 'RSA-PSS', saltLength: 32 } },
  RS256: { import: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, verify: { name: 'RSASSA-PKCS1-v1_5' } }
}

/** @param {Jws} jws @param {readonly Key[]} keys @returns {Promise<Verdict>} */
async function isSigned({ alg: named, kid, signed, signature }, keys) {
  const alg = named === 'Ed25519' ? 'EdDSA' : named
  const jwk = keys.find((key) => key.kid === kid)
  const algorithm = Object.hasOwn(algorithms, alg) ? algorithms[alg] : undefined
  if (!jwk || jwk.alg !== alg || !algorithm) return 'bad'
  const { kid: _kid, alg: _alg, ...members } = jwk
  try {
    const key = await crypto.subtle.importKey('jwk', members, algorithm.import, false, ['verify'])
    const isGood = await crypto.subtle.verify(
      algorithm.verify,
      key,
      signature,
      new TextEncoder().encode(signed)
    )
    return isGood ? 'good' : 'bad'
  } catch (error) {
    return error instanceof DOMException && error.name === 'NotSupportedError' ? 'unable' : 'bad'
  }
}

/** The leaf of a value: SHA-256(0x00 ‖ its canonical form). @param {any} value */
function leafHash(value) {
  return sha256(new TextEncoder().encode(`\0${canonical(value)}`))
}

/** The canonical form (RFC 8785). @param {any} value @returns {string} */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)
  return `{${members.join(',')}}`
}

/**
 * The root that an inclusion path leads to (RFC 9162, 2.1.3.2); undefined if a tree of that size has no such path.
 * @param {Uint8Array<ArrayBuffer>} leaf
 * @param {Proof} proof
 */
async function rootFromPath(leaf, { index, size, path }) {
  if (index < 0 || index >= size) return undefined
  let at = index
  let last = size - 1
  let found = leaf
  for (const sibling of path) {
    if (!/^[\w-]{43}$/.test(sibling) || last === 0) return undefined
    const other = fromBase64url(sibling)
    if (at % 2 === 1 || at === last) {
      found = await parentOf(other, found)
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2)
        last = Math.floor(last / 2)
      }
    } else found = await parentOf(found, other)
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 ? toBase64url(found) : undefined
}

/** @param {Uint8Array} left @param {Uint8Array} right */
function parentOf(left, right) {
  return sha256(new Uint8Array([1, ...left, ...right]))
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

/** @param {string} text */
function fromBase64url(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0))
}

/** @param {Uint8Array} bytes */
function toBase64url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** @param {Uint8Array} bytes */
function toHex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
