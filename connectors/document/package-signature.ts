import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { DOMParser } from '@xmldom/xmldom'
import { SignedXml } from 'xml-crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import { refuse, type XmlElement } from './xml-tree.ts'

/**
 * Result of checking a package's XML signature; a package whose signature is wrong is rejected. *valid*:
 * the signature is right and a trusted authority issued its certificate. *untrusted*: the signature is
 * right, the issuer of the certificate unknown. *weak*: the signature is right but uses SHA-1 or a short
 * key, and proves little. *unverifiable*: the element is not an XML signature or has no readable
 * certificate, as in the samples of the SDK of the exchange axis.
 */
export type PackageSignature = 'valid' | 'untrusted' | 'weak' | 'unverifiable'

export const signatureNamespace = 'http://www.w3.org/2000/09/xmldsig#'

const enveloped = `${signatureNamespace}enveloped-signature`
const canonicalizations = [
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  'http://www.w3.org/2001/10/xml-exc-c14n#'
]
const strongMethods = [
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512'
]
const weakMethod = `${signatureNamespace}rsa-sha1`
const strongDigests = ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512']
const weakDigest = `${signatureNamespace}sha1`
const minKeyBits = 2048

/** The trusted authorities, and the time at which certificates must be valid, in milliseconds since the epoch. */
export interface SignatureTrust {
  readonly authorities: readonly X509Certificate[]
  readonly at: number
}

/** The result for a signature and the bytes that were signed: read only those. */
export interface CheckedSignature {
  readonly worth: PackageSignature
  readonly content: Buffer
}

/**
 * Checks the one signature of a package: XML-DSig, enveloped, over the whole document. Throws
 * `BUS_PACKAGE_INVALID` if it is wrong or of any other form, so that unsigned content cannot be added
 * around what was signed.
 */
export function checkSignature(bytes: Buffer, { authorities, at }: SignatureTrust): CheckedSignature {
  const xml = bytes.toString('utf8')
  const document = new DOMParser({ errorHandler: () => {} }).parseFromString(xml, 'text/xml')
  const signature = document.getElementsByTagNameNS(signatureNamespace, 'Signature')[0]
  if (!signature) return refuse('package-signature-odd')
  const certificate = certificateIn(textsOf(signature, 'X509Certificate')[0])
  if (!certificate) return { worth: 'unverifiable', content: bytes }
  const algorithms = algorithmsOf(signature)
  const content = signedContent(signature, xml, certificate)
  const isWeak =
    algorithms.includes(weakMethod) || algorithms.includes(weakDigest) || keyBits(certificate) < minKeyBits
  return { worth: isWeak ? 'weak' : isTrusted(certificate, authorities, at) ? 'valid' : 'untrusted', content }
}

/** Rejects every form but one: a single reference to the whole document, known algorithms, no comment inside. */
function algorithmsOf(signature: Element): readonly string[] {
  const elements = [...Array.from(signature.getElementsByTagNameNS('*', '*'))]
  const known = (names: readonly string[], element: string): boolean => {
    const found = elements.filter(({ localName }) => localName === element)
    return found.length > 0 && found.every((one) => names.includes(one.getAttribute('Algorithm') ?? ''))
  }
  const single = [
    'SignedInfo',
    'Reference',
    'SignatureMethod',
    'DigestMethod',
    'DigestValue',
    'SignatureValue'
  ]
  const isPlain =
    single.every((name) => elements.filter(({ localName }) => localName === name).length === 1) &&
    elements.find(({ localName }) => localName === 'Reference')?.getAttribute('URI') === '' &&
    known(canonicalizations, 'CanonicalizationMethod') &&
    known([enveloped, ...canonicalizations], 'Transform') &&
    known([...strongMethods, weakMethod], 'SignatureMethod') &&
    known([...strongDigests, weakDigest], 'DigestMethod') &&
    !hasComment(signature)
  if (!isPlain) refuse('package-signature-odd')
  return elements.map((element) => element.getAttribute('Algorithm') ?? '')
}

function hasComment(node: Node): boolean {
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.nodeType === child.COMMENT_NODE || hasComment(child)) return true
  }
  return false
}

function signedContent(signature: Element, xml: string, certificate: X509Certificate): Buffer {
  const check = new SignedXml({
    publicCert: certificate.publicKey.export({ type: 'spki', format: 'pem' }),
    getCertFromKeyInfo: () => null
  })
  try {
    check.loadSignature(signature)
    const [content] = check.checkSignature(xml) ? check.getSignedReferences() : []
    if (content !== undefined) return Buffer.from(content)
  } catch {
    // The library throws for some wrong signatures and returns false for others.
  }
  return refuse('package-signature-wrong')
}

function isTrusted(
  certificate: X509Certificate,
  authorities: readonly X509Certificate[],
  at: number
): boolean {
  return authorities.some(
    (authority) =>
      certificate.checkIssued(authority) &&
      certificate.verify(authority.publicKey) &&
      [certificate, authority].every(
        ({ validFrom, validTo }) => Date.parse(validFrom) <= at && at <= Date.parse(validTo)
      )
  )
}

function keyBits({ publicKey }: X509Certificate): number {
  return publicKey.asymmetricKeyType === 'rsa' ? (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) : 0
}

function certificateIn(text: string | undefined): X509Certificate | undefined {
  try {
    return new X509Certificate(Buffer.from(text ?? '', 'base64'))
  } catch {
    return undefined
  }
}

function textsOf(element: Element, name: string): readonly string[] {
  return Array.from(element.getElementsByTagNameNS(signatureNamespace, name)).map(
    (one) => one.textContent ?? ''
  )
}

/** Reads the certificates of a PEM file. Rejects with `BUS_CONFIG_INVALID`. */
export async function loadAuthorities(file: string): Promise<readonly X509Certificate[]> {
  try {
    const pem = await readFile(file, 'utf8')
    return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
      (one) => new X509Certificate(one)
    )
  } catch (cause) {
    throw new BusError('BUS_CONFIG_INVALID', 'config-invalid', {
      cause,
      values: { file, problems: String(cause) }
    })
  }
}

/** The elements named Signature: XML-DSig's, and others with the same name. */
export function signaturesIn(element: XmlElement): readonly XmlElement[] {
  return [...(element.name === 'Signature' ? [element] : []), ...element.children.flatMap(signaturesIn)]
}
