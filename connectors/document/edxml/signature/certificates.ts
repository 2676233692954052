import { type KeyObject, X509Certificate } from 'node:crypto'
import { visible } from '#protocol/errors/visible-text.ts'
import { isComposable } from '#protocol/events/composed-text.ts'
import type { SignatureTrust } from './authorities.ts'
import type { Signer } from './checked-signature.ts'

/** A certificate whose key can be used. */
export interface UsableCertificate {
  readonly certificate: X509Certificate
  readonly key: KeyObject
}

/** The longest chain that is followed, so that a package with many certificates is checked fast. */
const maxChain = 8

/** Undefined for what is no certificate, and for a key of a kind that is not known here. Some software leaves the lines of PEM around it. */
export function certificateFrom(text: string): UsableCertificate | undefined {
  try {
    const certificate = new X509Certificate(Buffer.from(text.replace(/-----[^-]+-----/g, ''), 'base64'))
    return { certificate, key: certificate.publicKey }
  } catch {
    return undefined
  }
}

/** Characters of a subject in an event. */
const maxSubjectLength = 1000

export function describe({ certificate }: UsableCertificate): Signer {
  const line = certificate.subject.replaceAll('\n', ', ').replace(/\p{Noncharacter_Code_Point}/gu, '\ufffd')
  const subject = visible(isComposable(line) ? line.normalize('NFC') : line.replace(/\p{M}/gu, ''))
  const sha256 = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
  return { subject: [...subject].slice(0, maxSubjectLength).join(''), sha256 }
}

/**
 * Whether a chain of valid certificates leads from the signer's to one of the authorities. The package's own
 * certificates may be in any order; those between must be of authorities themselves.
 */
export function isTrusted(
  { certificate }: UsableCertificate,
  chain: readonly UsableCertificate[],
  { authorities, at }: SignatureTrust
): boolean {
  const isValid = ({ validFrom, validTo }: X509Certificate): boolean =>
    Date.parse(validFrom) <= at && at <= Date.parse(validTo)
  const roots = authorities.filter(isValid)
  const between = chain.map((one) => one.certificate).filter((one) => one.ca && isValid(one))
  const seen = new Set<string>()
  let level = isValid(certificate) ? [certificate] : []
  for (let length = 0; length < maxChain && level.length > 0; length += 1) {
    if (level.some((one) => roots.some((root) => isIssuedBy(one, root)))) return true
    for (const one of level) seen.add(one.fingerprint256)
    level = between.filter(
      (issuer) => !seen.has(issuer.fingerprint256) && level.some((one) => isIssuedBy(one, issuer))
    )
  }
  return false
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
  } catch {
    return false // The issuer's key is of a kind that is not known here.
  }
}

const strongCurves = [
  ...['prime256v1', 'secp384r1', 'secp521r1', 'secp256k1'],
  ...['brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1']
]

/** Whether a key is too short to prove anything. */
export function isWeakKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails ?? {}
  switch (asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss':
      return modulusLength < 2048
    case 'ec':
      return !strongCurves.includes(namedCurve)
    case 'ed25519':
    case 'ed448':
      return false
    default:
      return true
  }
}
