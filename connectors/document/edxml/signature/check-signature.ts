import { createHash } from 'node:crypto'
import type { XmlDocument, XmlElement } from 'libxml2-wasm'
import { refuse } from '../package-fault.ts'
import { digests, isSignedWith } from './algorithms.ts'
import type { SignatureTrust } from './authorities.ts'
import { canonicalBytes, elementsAt, openXml } from './canonical.ts'
import { certificateFrom, describe, isTrusted, isWeakKey, type UsableCertificate } from './certificates.ts'
import type { CheckedSignature, CheckSignature } from './checked-signature.ts'
import { isForDocuments } from './key-usage.ts'
import { odd, partsOf, type SignatureParts, type SignedDigest } from './signature-parts.ts'

/**
 * Checks the one signature of a package: XML-DSig or XAdES, enveloped, over the whole document. Throws
 * `BUS_PACKAGE_INVALID` if it is wrong, or of a form that could hide unsigned content.
 */
export function signatureCheck(trust: SignatureTrust): CheckSignature {
  return (bytes) => {
    const document = openXml(bytes)
    if (!document) return { worth: 'unsupported', content: bytes }
    try {
      return checkSignature(document, bytes, trust)
    } finally {
      document.dispose()
    }
  }
}

function checkSignature(document: XmlDocument, bytes: Buffer, trust: SignatureTrust): CheckedSignature {
  const [signature, another] = elementsAt(document, '//ds:Signature')
  if (!signature || another) return odd()
  const certificates = elementsAt(signature, 'ds:KeyInfo//ds:X509Certificate').map(({ content }) =>
    certificateFrom(content)
  )
  const usable = certificates.filter((one) => one !== undefined)
  if (usable.length === 0) return { worth: 'unverifiable', content: bytes }
  const parts = partsOf(document, signature)
  if (!parts) return { worth: 'unsupported', content: bytes }
  const signer = signerOf(parts, usable)
  const isNamed = signer === undefined || isCertificateNamed(parts, signer)
  const isInnerRight = parts.inner.every((one) => isDigestOf(canonicalBytes(one.element, one.canonical), one))
  const content = isInnerRight && isNamed ? wholeContent(document, signature, parts) : undefined
  if (content === undefined) return refuse('package-signature-wrong')
  if (signer) return { worth: worthOf(parts, signer, usable, trust), content, signer: describe(signer) }
  // The certificate that cannot be read may be the signer's.
  if (usable.length < certificates.length) return { worth: 'unverifiable', content: bytes }
  return refuse('package-signature-wrong')
}

function signerOf(
  { signedInfo, canonical, method, value }: SignatureParts,
  certificates: readonly UsableCertificate[]
): UsableCertificate | undefined {
  const signed = canonicalBytes(signedInfo, canonical)
  return certificates.find(({ key }) => isSignedWith(key, method, signed, value))
}

/** XAdES names the signer's certificate, so that another certificate of the same key cannot take its place. */
function isCertificateNamed({ inner }: SignatureParts, { certificate }: UsableCertificate): boolean {
  const [named] = inner.flatMap(({ element }) => elementsAt(element, ".//*[local-name()='CertDigest']"))
  const hash = named && digests.get(elementsAt(named, 'ds:DigestMethod')[0]?.attr('Algorithm')?.value ?? '')
  if (!named || hash === undefined) return true
  const digest = createHash(hash).update(certificate.raw).digest('base64')
  return elementsAt(named, 'ds:DigestValue')[0]?.content.replace(/\s/g, '') === digest
}

/** The document without its signature, as it was signed; undefined if it was changed since. Ends the use of the signature. */
function wholeContent(
  document: XmlDocument,
  signature: XmlElement,
  { whole }: SignatureParts
): Buffer | undefined {
  signature.remove()
  const content = canonicalBytes(document, whole.canonical)
  return isDigestOf(content, whole) ? content : undefined
}

function isDigestOf(bytes: Buffer, { hash, digest }: SignedDigest): boolean {
  return createHash(hash).update(bytes).digest().equals(digest)
}

function worthOf(
  { method, whole, inner }: SignatureParts,
  signer: UsableCertificate,
  chain: readonly UsableCertificate[],
  trust: SignatureTrust
): CheckedSignature['worth'] {
  const hashes = [method, whole, ...inner].map(({ hash }) => hash)
  if (hashes.includes('sha1') || isWeakKey(signer.key)) return 'weak'
  return isForDocuments(signer) && isTrusted(signer, chain, trust) ? 'valid' : 'untrusted'
}
