import type { BusEvent } from '#protocol/events/event.ts'
import type { Json } from '#protocol/events/json.ts'
import { importSigningKey, type PrivateJwk } from '#protocol/trust/jwk.ts'
import { signSubmission } from '#protocol/trust/submission.ts'
import { bodyDigest, newClaims, signToken } from '#protocol/trust/token.ts'

/**
 * Makes tokens of one system, for requests that are not sent by a `Client`. A token is a compact JWS
 * (RFC 7515) with `typ` `lienthong+jwt`, valid for two minutes, for the header `Authorization: Bearer
 * <token>`. Use a new token for every request.
 */
export interface Signer {
  /** The system that signs. */
  readonly system: string

  /**
   * For reading, and for uploading attachments.
   *
   * @example
   * ```ts
   * const authorization = `Bearer ${await signer.plain()}`
   * const response = await fetch(`${gateway}/v1/inbox?limit=1`, { headers: { authorization } })
   * console.log(response.status) // 200
   * ```
   */
  plain(): Promise<string>

  /**
   * For publishing exactly these events in this order: the claim `events` is the Merkle root (RFC 6962)
   * over their canonical forms (RFC 8785). With any other body the gateway answers
   * `BUS_SUBMISSION_MISMATCH`. Sending the same events with the same token again is a harmless repeat.
   *
   * @example
   * ```ts
   * const draft = { type: 'document.issued.v1', subject, recipients: ['000.00.92.H03'], data }
   * const event = newEvent(signer.system, draft)
   * const response = await fetch(`${gateway}/v1/events`, {
   *   method: 'POST',
   *   headers: {
   *     authorization: `Bearer ${await signer.submission([event])}`,
   *     'content-type': 'application/cloudevents+json'
   *   },
   *   body: JSON.stringify(event)
   * })
   * console.log(response.status) // 202
   * ```
   */
  submission(events: readonly (BusEvent | Json)[]): Promise<string>

  /**
   * For one act: exactly this method, this complete address without its query (`htm` and `htu` as in
   * RFC 9449) and this body. With any other body the gateway answers `BUS_SUBMISSION_MISMATCH`.
   *
   * @example
   * ```ts
   * const url = `${gateway}/v1/systems`
   * const body = Buffer.from(JSON.stringify({ act: 'key.retired' })) // Incomplete: an act has more members.
   * const headers = {
   *   authorization: `Bearer ${await signer.act('POST', url, body)}`,
   *   'content-type': 'application/json'
   * }
   * const response = await fetch(url, { method: 'POST', headers, body })
   * const { code } = (await response.json()) as Problem
   * console.log(code) // BUS_ACT_INVALID
   * ```
   */
  act(method: string, url: string, body: Uint8Array): Promise<string>
}

/** The system that signs, and the gateway that its tokens are for. */
export interface SignerOptions {
  /** `/agencies/<code>/systems/<name>`. */
  readonly system: string
  /** Its private key with `kid` (JWK, RFC 7517): Ed25519, P-256, or RSA with `alg` PS256 or RS256. */
  readonly key: PrivateJwk
  /** The gateway's public URL, exactly. */
  readonly audience: string
  /** Clock in milliseconds since the epoch; by default the machine's. */
  readonly now?: () => number
}

/**
 * Creates a signer for one system. Sends no request. Rejects with a `BusError`.
 *
 * @throws BUS_KEY_INVALID the key is malformed or has no private part
 *
 * @example
 * ```ts
 * const own = await createSigner({
 *   system: '/agencies/000.00.91.H03/systems/qlvb',
 *   key: JSON.parse(readFileSync(`${keys}/000.00.91.H03.qlvb.jwk`, 'utf8')),
 *   audience: gateway
 * })
 * console.log((await own.plain()).split('.').length) // 3
 * ```
 */
export async function createSigner(options: SignerOptions): Promise<Signer> {
  const { system, key, audience, now = Date.now } = options
  const signingKey = await importSigningKey(key)
  const claims = () => newClaims({ system, audience, now: now() })
  return {
    system,
    plain: () => signToken(claims(), signingKey),
    submission: async (events) =>
      (await signSubmission(events as readonly Json[], claims(), signingKey)).token,
    act: (method, url, body) =>
      signToken({ ...claims(), htm: method, htu: url, body: bodyDigest(body) }, signingKey)
  }
}
