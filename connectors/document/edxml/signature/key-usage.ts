import type { UsableCertificate } from './certificates.ts'

/**
 * Whether a certificate may sign documents (RFC 5280, 4.2.1.3 and 4.2.1.12): its key usage, if it says one, has
 * `digitalSignature` or `nonRepudiation`, and its extended key usage is not only that of servers, programs, clocks
 * or of answers about certificates.
 */
export function isForDocuments({ certificate }: UsableCertificate): boolean {
  const bits = keyUsageBits(certificate.raw)
  if (bits !== undefined && (bits & documentBits) === 0) return false
  const extended = certificate.keyUsage ?? []
  return extended.length === 0 || extended.some((purpose) => !otherPurposes.includes(purpose))
}

/** `digitalSignature` and `nonRepudiation`, the first two bits. */
const documentBits = 0b1100_0000
/** TLS servers, program code, time stamps, OCSP. */
const otherPurposes = [1, 3, 8, 9].map((purpose) => `1.3.6.1.5.5.7.3.${purpose}`)

const [sequence, octets, bitString, identifier, extensionsTag] = [0x30, 0x04, 0x03, 0x06, 0xa3]
const keyUsageOid = Buffer.of(0x55, 0x1d, 0x0f)

/** The first byte of the extension keyUsage; undefined if there is none. Node shows only the extended one. */
function keyUsageBits(certificate: Buffer): number | undefined {
  const [outer] = valuesIn(certificate)
  const [signed] = outer ? valuesIn(outer.value) : []
  const wrapper = signed && valuesIn(signed.value).find(({ tag }) => tag === extensionsTag)
  const [list] = wrapper ? valuesIn(wrapper.value) : []
  for (const { tag, value } of list ? valuesIn(list.value) : []) {
    const parts = tag === sequence ? valuesIn(value) : []
    if (!parts.some((part) => part.tag === identifier && part.value.equals(keyUsageOid))) continue
    const content = parts.find((part) => part.tag === octets)
    const bits = content && valuesIn(content.value).find((part) => part.tag === bitString)
    return bits?.value[1] ?? 0 // The first byte of a bit string counts its unused bits.
  }
  return undefined
}

interface DerValue {
  readonly tag: number
  readonly value: Buffer
}

/** The values of DER that stand one after another in a certificate that OpenSSL has parsed. */
function valuesIn(der: Buffer): readonly DerValue[] {
  const values: DerValue[] = []
  for (let at = 0; at + 2 <= der.length; ) {
    const first = der.readUInt8(at + 1)
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f
    const start = at + 2 + lengthBytes
    if (lengthBytes > 4 || start > der.length) break
    const length = lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes)
    values.push({ tag: der.readUInt8(at), value: der.subarray(start, start + length) })
    at = start + length
  }
  return values
}
