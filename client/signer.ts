import type { BusEvent } from '#protocol/events/event.ts'
import type { Json } from '#protocol/events/json.ts'
import { importSigningKey, type PrivateJwk } from '#protocol/trust/jwk.ts'
import { signSubmission } from '#protocol/trust/submission.ts'
import { bodyDigest, newClaims, signToken } from '#protocol/trust/token.ts'

/**
 * Makes the tokens of one system, for those who send requests by other means
 * than a `Client`. Each is a JWS in compact form (RFC 7515) with `typ`
 * `lienthong+jwt`, good for two minutes, and goes into the header
 * `Authorization: Bearer <token>`. Give every request a token of its own.
 */
export interface Signer {
  /** The system it signs for. */
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
   * For publishing exactly these events in this order: the claim `events` is
   * the Merkle root (RFC 6962) over their canonical forms (RFC 8785). With any
   * other body the gateway answers `BUS_SUBMISSION_MISMATCH`. The same events
   * under the same token again are a repeat, and harmless.
   *
   * @example
   * ```ts
   * const event = newEvent(signer.system, { type: 'document.issued.v1', subject, data })
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
   * For one act: this method, this whole address without its query (`htm` and
   * `htu` as in RFC 9449) and these very bytes as body. With any other body the
   * gateway answers `BUS_SUBMISSION_MISMATCH`.
   *
   * @example
   * ```ts
   * const url = `${gateway}/v1/systems`
   * const body = Buffer.from(JSON.stringify({ act: 'key.retired' })) // Not whole: an act names more.
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

/** Who signs, and for which gateway. */
export interface SignerOptions {
  /** `/agencies/<code>/systems/<name>`. */
  readonly system: string
  /** Its private key with `kid` (JWK, RFC 7517): Ed25519, P-256, or RSA with `alg` PS256 or RS256. */
  readonly key: PrivateJwk
  /** The gateway's public URL, exactly. */
  readonly audience: string
  /** The clock, milliseconds since the epoch; by default the machine's. */
  readonly now?: () => number
}

/**
 * Makes a signer of one system; asks nobody anything. Rejects with a `BusError`.
 *
 * @throws BUS_KEY_INVALID the key is malformed, or has no private half
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
