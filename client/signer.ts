import type { Json } from '#protocol/events/json.ts'
import { importSigningKey, type PrivateJwk, type SigningKey } from '#protocol/trust/jwk.ts'
import { signSubmission } from '#protocol/trust/submission.ts'
import { bodyDigest, newClaims, signToken } from '#protocol/trust/token.ts'

/** Makes the three kinds of token of one system. Tokens live two minutes. */
export interface Signer {
  readonly system: string
  /** For reading and uploading. */
  plain(): Promise<string>
  /** For publishing exactly these events, in this order. */
  submission(events: readonly Json[]): Promise<string>
  /** For one act: this method, address (without query) and body. */
  act(method: string, url: string, body: Uint8Array): Promise<string>
}

export interface SignerOptions {
  /** `/agencies/<code>/systems/<name>`. */
  readonly system: string
  /** Its private key, with `kid`. */
  readonly key: PrivateJwk
  /** The gateway's public URL, exactly. */
  readonly audience: string
  readonly now?: () => number
}

export async function createSigner({
  system,
  key,
  audience,
  now = Date.now
}: SignerOptions): Promise<Signer> {
  const signingKey: SigningKey = await importSigningKey(key)
  const claims = () => newClaims({ system, audience, now: now() })
  return {
    system,
    plain: () => signToken(claims(), signingKey),
    submission: async (events) => (await signSubmission(events, claims(), signingKey)).token,
    act: (method, url, body) =>
      signToken({ ...claims(), htm: method, htu: url, body: bodyDigest(body) }, signingKey)
  }
}
