/**
 * Result of checking a package's XML signature; a package whose signature is wrong is rejected. *valid*: the
 * signature is right, and its certificate leads to a trusted authority. *untrusted*: the signature is right,
 * the issuer of the certificate unknown. *weak*: the signature is right but uses SHA-1 or a short key, and
 * proves little. *unsupported*: it uses an algorithm that is not known here, or signs only a part of the
 * package. *unverifiable*: the element is not an XML signature, or its certificate cannot be read, as in the
 * samples of the SDK of the exchange axis.
 */
export type PackageSignature = 'valid' | 'untrusted' | 'weak' | 'unsupported' | 'unverifiable'

/** The result for a signature and the bytes that were signed: read only those. */
export interface CheckedSignature {
  readonly worth: PackageSignature
  readonly content: Buffer
}

/** Checks the XML signature of a package. Throws `BUS_PACKAGE_INVALID`. */
export type CheckSignature = (bytes: Buffer) => CheckedSignature
