import { constants, type KeyObject, verify } from 'node:crypto'
import { XmlC14NMode } from 'libxml2-wasm'
import { signatureNamespace } from '../signature-elements.ts'

/** Algorithms by the names that XML signatures give them. */

const more = 'http://www.w3.org/2001/04/xmldsig-more#'
const newer = 'http://www.w3.org/2007/05/xmldsig-more#'

export type CanonicalMode = (typeof XmlC14NMode)[keyof typeof XmlC14NMode]
const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
const inclusive11 = 'http://www.w3.org/2006/12/xml-c14n11'
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'

/** Forms of canonical XML. Comments are part of none of them here: a signature has none, and a reference to a whole document leaves them out. */
export const canonicalizations: ReadonlyMap<string, CanonicalMode> = new Map([
  [inclusive, XmlC14NMode.XML_C14N_1_0],
  [`${inclusive}#WithComments`, XmlC14NMode.XML_C14N_1_0],
  [inclusive11, XmlC14NMode.XML_C14N_1_1],
  [`${inclusive11}#WithComments`, XmlC14NMode.XML_C14N_1_1],
  [exclusive, XmlC14NMode.XML_C14N_EXCLUSIVE_1_0],
  [`${exclusive}WithComments`, XmlC14NMode.XML_C14N_EXCLUSIVE_1_0]
])

export const enveloped = `${signatureNamespace}enveloped-signature`

/** Names of hashes in Node, by their names in XML. */
export const digests: ReadonlyMap<string, string> = new Map([
  [`${signatureNamespace}sha1`, 'sha1'],
  [`${more}sha224`, 'sha224'],
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  [`${more}sha384`, 'sha384'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
  ...[224, 256, 384, 512].map((bits) => [`${newer}sha3-${bits}`, `sha3-${bits}`] as const)
])

export interface SignatureMethod {
  readonly keyTypes: readonly string[]
  /** Absent where the algorithm includes it. */
  readonly hash?: string
  readonly pss?: boolean
}

const shas = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512']
const mgfHashes = [...shas, 'sha3-224', 'sha3-256', 'sha3-384', 'sha3-512']

export const methods: ReadonlyMap<string, SignatureMethod> = new Map<string, SignatureMethod>([
  ...shas.map((hash) => {
    const prefix = hash === 'sha1' ? signatureNamespace : more
    return [`${prefix}rsa-${hash}`, { keyTypes: ['rsa'], hash }] as const
  }),
  ...shas.map((hash) => [`${more}ecdsa-${hash}`, { keyTypes: ['ec'], hash }] as const),
  ...mgfHashes.map(
    (hash) => [`${newer}${hash}-rsa-MGF1`, { keyTypes: ['rsa', 'rsa-pss'], hash, pss: true }] as const
  ),
  [`${signatureNamespace}dsa-sha1`, { keyTypes: ['dsa'], hash: 'sha1' }],
  ['http://www.w3.org/2009/xmldsig11#dsa-sha256', { keyTypes: ['dsa'], hash: 'sha256' }],
  ['http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519', { keyTypes: ['ed25519'] }],
  ['http://www.w3.org/2021/04/xmldsig-more#eddsa-ed448', { keyTypes: ['ed448'] }]
])

/** Whether a key made a signature. Signatures of elliptic curves are two numbers; some software writes them as DER. */
export function isSignedWith(
  key: KeyObject,
  { keyTypes, hash, pss }: SignatureMethod,
  signed: Buffer,
  value: Buffer
): boolean {
  if (!keyTypes.includes(key.asymmetricKeyType ?? '')) return false
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  const encodings = hash !== undefined && ['ec', 'dsa'].includes(keyTypes[0] ?? '') ? forms : [undefined]
  return encodings.some((dsaEncoding) => {
    try {
      const how = { key, ...(pss ? padding : {}), ...(dsaEncoding ? { dsaEncoding } : {}) }
      return verify(hash ?? null, signed, how, value)
    } catch {
      return false // The key is restricted to other algorithms.
    }
  })
}

const forms = ['ieee-p1363', 'der'] as const

/** Algorithms that no honest package is signed with: a shared secret proves nothing, and decoded text is no document. */
export function isNonsense(algorithm: string): boolean {
  return /#hmac-|#base64$/.test(algorithm)
}
