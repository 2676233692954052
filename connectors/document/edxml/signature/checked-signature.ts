/**
 * Result of checking a package's XML signature; a package whose signature is wrong is rejected. *valid*: the
 * signature is right, and its certificate leads to a trusted authority. *untrusted*: the signature is right,
 * the issuer of the certificate unknown, or the certificate is not for signing documents. *weak*: the signature is right but uses SHA-1 or a short key, and
 * proves little. *unsupported*: it uses an algorithm that is not known here, or signs only a part of the
 * package, or names what it signs in a form that is not known here. *unverifiable*: the element is not an XML signature, or its certificate cannot be read, as in the
 * samples of the SDK of the exchange axis.
 */
export type PackageSignature = 'valid' | 'untrusted' | 'weak' | 'unsupported' | 'unverifiable'

/** The result for a signature and the bytes that were signed: read only those. */
export interface CheckedSignature {
  readonly worth: PackageSignature
  readonly content: Buffer
  /** If the signature is right. */
  readonly signer?: Signer
}

/** The certificate whose key made a signature. */
export interface Signer {
  /** `C=VN, O=…, CN=…`, in the order of the certificate, as one line. */
  readonly subject: string
  /** Of the certificate: 64 lower-case hexadecimal digits. */
  readonly sha256: string
}

/** Checks the XML signature of a package. Throws `BUS_PACKAGE_INVALID`. */
export type CheckSignature = (bytes: Buffer) => CheckedSignature
