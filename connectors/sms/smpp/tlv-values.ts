import type { Pdu } from './pdu.ts'

export function tlvOctets({ tlvs }: Pdu, tag: number): Buffer | undefined {
  return tlvs.find((tlv) => tlv.tag === tag)?.value
}

/** A number of one, two or four octets. */
export function tlvNumber(pdu: Pdu, tag: number): number | undefined {
  const value = tlvOctets(pdu, tag)
  return value && [1, 2, 4].includes(value.length) ? value.readUIntBE(0, value.length) : undefined
}

/** A text, with or without the NUL that is to end it. */
export function tlvText(pdu: Pdu, tag: number): string | undefined {
  const [text] = tlvOctets(pdu, tag)?.toString('latin1').split('\0') ?? []
  return text
}
