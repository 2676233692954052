import { createHash } from 'node:crypto'
import type { XmlDocument, XmlElement } from 'libxml2-wasm'
import { refuse } from '../xml-tree.ts'
import { digests, isSignedWith, methods } from './algorithms.ts'
import type { SignatureTrust } from './authorities.ts'
import { canonicalBytes, elementsAt, openXml } from './canonical.ts'
import { certificateFrom, isTrusted, isWeakKey, type UsableCertificate } from './certificates.ts'
import type { CheckedSignature, CheckSignature } from './checked-signature.ts'
import { odd, partsOf, type SignatureParts } from './signature-parts.ts'

/**
 * Checks the one signature of a package: XML-DSig or XAdES, enveloped, over the whole document. Throws
 * `BUS_PACKAGE_INVALID` if it is wrong, or of a form that could hide unsigned content.
 */
export function signatureCheck(trust: SignatureTrust): CheckSignature {
  return (bytes) => {
    const document = openXml(bytes)
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
  if (!parts.isSupported) return { worth: 'unsupported', content: bytes }
  const signer = signerOf(parts, usable)
  const isNamed = signer === undefined || isCertificateNamed(parts, signer)
  const inner = parts.references.every((reference) => isDigestRight(reference))
  const content = inner && isNamed ? wholeContent(document, signature, parts) : undefined
  if (content === undefined) return refuse('package-signature-wrong')
  if (signer) return { worth: worthOf(parts, signer, usable, trust), content }
  // The certificate that cannot be read may be the signer's.
  if (usable.length < certificates.length) return { worth: 'unverifiable', content: bytes }
  return refuse('package-signature-wrong')
}

function signerOf(
  { signedInfo, canonical, method, value }: SignatureParts,
  certificates: readonly UsableCertificate[]
): UsableCertificate | undefined {
  const signed = canonicalBytes(signedInfo, canonical)
  const known = methods.get(method)
  return known && certificates.find(({ key }) => isSignedWith(key, known, signed, value))
}

type Reference = SignatureParts['references'][number]

/** A reference to a part of the signature; that to the document is checked when the signature is taken out. */
function isDigestRight({ target, canonical, digestMethod, digest }: Reference): boolean {
  if (typeof target === 'string') return true
  return digestOf(digestMethod, canonicalBytes(target, canonical)).equals(digest)
}

/** XAdES names the signer's certificate, so that another certificate of the same key cannot take its place. */
function isCertificateNamed({ references }: SignatureParts, { certificate }: UsableCertificate): boolean {
  const properties = references.flatMap(({ target }) => (typeof target === 'string' ? [] : [target]))
  const [named] = properties.flatMap((element) => elementsAt(element, ".//*[local-name()='CertDigest']"))
  const hash = named && digests.get(elementsAt(named, 'ds:DigestMethod')[0]?.attr('Algorithm')?.value ?? '')
  if (!named || hash === undefined) return true
  const digest = createHash(hash).update(certificate.raw).digest('base64')
  return elementsAt(named, 'ds:DigestValue')[0]?.content.replace(/\s/g, '') === digest
}

/** The document without its signature, as it was signed; undefined if it was changed since. Ends the use of the signature. */
function wholeContent(
  document: XmlDocument,
  signature: XmlElement,
  { references }: SignatureParts
): Buffer | undefined {
  const whole = references.find(({ target }) => target === 'document') ?? odd()
  signature.remove()
  const content = canonicalBytes(document, whole.canonical)
  return digestOf(whole.digestMethod, content).equals(whole.digest) ? content : undefined
}

function digestOf(method: string, bytes: Buffer): Buffer {
  return createHash(digests.get(method) ?? odd())
    .update(bytes)
    .digest()
}

function worthOf(
  { method, references }: SignatureParts,
  signer: UsableCertificate,
  chain: readonly UsableCertificate[],
  trust: SignatureTrust
): CheckedSignature['worth'] {
  const hashes = [
    methods.get(method)?.hash,
    ...references.map(({ digestMethod }) => digests.get(digestMethod))
  ]
  if (hashes.includes('sha1') || isWeakKey(signer.key)) return 'weak'
  return isTrusted(signer, chain, trust) ? 'valid' : 'untrusted'
}
